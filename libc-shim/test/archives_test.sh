#!/bin/sh
# SPDX-License-Identifier: MIT
# archives_test.sh SYSROOT: no symbol is defined by two of the archives that a program is linked with.
# Two definitions link or fail depending on which call pulled which member first, so no other test finds them reliably.
set -eu
cd "$1/lib"
symbols() { # of the archives together, each once; weak definitions may stand beside strong ones
    nm -g --defined-only -f posix "$@" | awk 'NF > 1 && $2 !~ /^[VvWw]$/ { print $1 }' | sort -u
}
# newlib's libm repeats some of its libc, word by word; those two count as one.
twice=$({ symbols libfuture.a; symbols libmulth.a; symbols libc.a libm.a; } | sort | uniq -d)
[ -z "$twice" ] || { echo "defined in two archives:" $twice; exit 1; }
