#!/bin/sh
# SPDX-License-Identifier: MIT
# compare_tables.sh LINUX.o FUTURE.o: the records of abi_table.c must be the same; prints those that are not.
set -eu
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT

# One record is 56 bytes of name and 8 of value.
table() {
    objcopy -O binary --only-section=.abi_records --set-section-flags .abi_records=alloc "$1" "$directory/raw"
    od -An -v -w64 -c "$directory/raw" | cut -c1-224 | sed 's/\\0//g; s/ \{3\}\(.\)/\1/g' > "$directory/names"
    od -An -v -w64 -td8 "$directory/raw" | awk '{ print $8 }' > "$directory/values"
    paste "$directory/names" "$directory/values"
}

table "$1" > "$directory/linux"
table "$2" > "$directory/future"
count=$(wc -l < "$directory/linux")
[ "$count" -gt 400 ] || { echo "only $count records: the list was not read"; exit 1; }
if ! diff "$directory/linux" "$directory/future"; then
    echo "Future's headers (>) differ from Linux's (<)"
    exit 1
fi
echo "$count numbers and layouts agree"
