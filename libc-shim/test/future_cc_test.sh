#!/bin/sh
# SPDX-License-Identifier: MIT
# future_cc_test.sh FUTURE_CC: what it makes is a Future program and nothing else; what it cannot do it says.
set -u
cc=$1
directory=$(mktemp -d "${TMPDIR:-/tmp}/future cc.XXXXXX") # a blank in the path, as people have
trap 'rm -rf "$directory"' EXIT
cd "$directory" || exit 1
failures=0
fail() { echo "FAIL: $*"; failures=$((failures + 1)); }

cat > main.c <<'C'
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
int helper(int);
static __thread int own;
int main(int argc, char **argv)
{
    own = helper(argc);
    return printf("%s %f %p %d\n", argv[0], sqrt(own), malloc(10), errno);
}
C
echo 'int helper(int x) { return x + VALUE; }' > helper.c
echo 'int main() {}' > main.cc
echo '#include <sys/syscall.h>' > linux_only.c

"$cc" -O2 -g -Wall -Werror -DVALUE=1 main.c helper.c -pthread -lm -lpthread -o program || fail "two files do not link"
"$cc" -c -O1 main.c && "$cc" -c -DVALUE=2 helper.c -o helper.o && "$cc" main.o helper.o -o again || fail "-c, then link"
"$cc" -E -DVALUE=42 helper.c | grep -q 42 || fail "-E"
"$cc" -S -DVALUE=42 helper.c -o - | grep -q helper: || fail "-S"
[ -f "$("$cc" --print-sysroot)/include/stdio.h" ] || fail "--print-sysroot"

readelf -hW program | grep -q 'DYN (Position-Independent' || fail "not position independent"
readelf -lW program | grep -q INTERP && fail "wants a dynamic linker"
readelf -rW program | awk '/R_X86_64/ && !/R_X86_64_RELATIVE/' | grep . && fail "relocations that crt0 does not do"
readelf -nW program | grep -q '^ *Future ' || fail "no program note"

refuses() { # WORDS COMMAND...
    words=$1
    shift
    output=$("$@" 2>&1) && fail "not refused: $*"
    echo "$output" | grep -q "$words" || fail "$* says: $output"
}
refuses 'no C++ library' "$cc" main.cc
refuses 'no C++ library' "$cc" -x c++ main.c
refuses 'shared libraries' "$cc" -shared helper.c
refuses 'run time' "$cc" -fsanitize=address main.c
refuses 'No such file' "$cc" linux_only.c # a header of glibc's is not found by accident
refuses 'no input files' "$cc"

[ "$failures" = 0 ]
