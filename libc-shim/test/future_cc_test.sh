#!/bin/sh
# SPDX-License-Identifier: MIT
# future_cc_test.sh FUTURE_CC FUTURE: what FUTURE_CC (future-cc, future-clang) makes is a Future program and nothing else; what it cannot do it says.
set -u
cc=$1 future=$2
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
cat > own.c <<'C'
#include <stdint.h>
#include <stdio.h>
static __thread int number = 5;
static __thread char aligned[64] __attribute__((aligned(64)));
int main(void)
{
    number++; /* one of %fs:0, */
    return printf("%fs:0, %d %d\n", 1.5, number, (int)((uintptr_t)aligned % 64)) < 0;
}
C
echo 'int main(void) { long x; __asm__("mov %%fs:8, %0" : "=r"(x)); return x; }' > inline.c
printf '.globl f\nf: mov %%fs:8, %%rax\nret\n' > assembly.s
echo 'extern __thread int there; __attribute__((noinline)) int foreign(void) { return there; } int main(void) { return foreign(); } __thread int there;' > foreign.c
echo 'int main() {}' > main.cc
echo '#include <sys/syscall.h>' > linux_only.c

"$cc" -O2 -g -Wall -Werror -DVALUE=1 main.c helper.c -pthread -lm -lpthread -o program || fail "two files do not link"
"$cc" -c -O1 main.c && "$cc" -c -DVALUE=2 helper.c -o helper.o && "$cc" main.o helper.o -o again || fail "-c, then link"
"$cc" -E -DVALUE=42 helper.c | grep -q 42 || fail "-E"
"$cc" -S -DVALUE=42 helper.c -o - | grep -q helper: || fail "-S"
version=$("$cc" --version) || fail "--version"
echo "$version" | sed -n 1p | grep -v "^${cc##*/} " | grep -q ' [0-9]*\.[0-9]' || fail "--version does not begin with the compiler's: $version"
echo "$version" | sed -n '$p' | grep -q "^${cc##*/} [0-9.]*:" || fail "--version does not say Future's: $version"
[ -f "$("$cc" --print-sysroot)/include/stdio.h" ] || fail "--print-sysroot"

# Thread-local storage goes by GS however it was compiled; text that looks like it stays as it is.
for options in -O0 -O2 -O3\ -flto -O2\ -pipe -O2\ -masm=intel -O2\ -g3\ -save-temps=obj -O2\ -fstack-protector-all; do
    case $cc$options in *clang*-flto|*clang*-masm=intel) continue ;; esac # wants a plug-in of LLVM's; GNU as reads it otherwise
    "$cc" $options own.c -o own || fail "$options does not compile"
    [ "$("$future" run ./own)" = '1.500000s:0, 6 0' ] || fail "$options: thread-local storage"
    objdump -d own | grep '%fs' && fail "$options: uses FS"
done

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
refuses 'No such file\|file not found' "$cc" linux_only.c # a header of glibc's is not found by accident
refuses 'inline.c: uses FS.*mov %fs:8' "$cc" -c inline.c
refuses 'uses FS.*mov %fs:8' "$cc" -c assembly.s
cc -c -O1 -fPIE -ffunction-sections foreign.c -o foreign.o # for Linux
refuses 'foreign.o: foreign uses the FS base' "$cc" foreign.o -o refused
[ -e refused ] && fail "a refused program is there"
refuses 'no input files' "$cc"

[ "$failures" = 0 ]
