#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes newlib's source Future's: the patches in their order, then the target in configure.host. Each patch says its reason on
# top, and must fit exactly. Running it again changes nothing.
set -eu
source=${1:?usage: patch-newlib.sh NEWLIB_SOURCE PATCH...}
shift
for patch; do
    done=$source/.future-$(basename "$patch")
    [ ! -e "$done" ] || continue
    patch --directory="$source" --strip=1 --fuzz=0 --silent --input="$patch"
    touch "$done"
done
"$(dirname "$0")"/patch-configure-host.sh "$source"
