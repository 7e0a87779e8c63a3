#!/bin/sh
# SPDX-License-Identifier: MIT
# Adds the *-future-* target to newlib/configure.host: two cases; and malloc's limit becomes that of its integers, which is
# an int's there. Running it again changes nothing.
set -eu
file=${1:?usage: patch-configure-host.sh NEWLIB_SOURCE}/newlib/configure.host
malloc=$1/newlib/libc/stdlib/_mallocr.c # newlib 3.3 has it in mallocr.c
[ -e "$malloc" ] || malloc=${malloc%/*}/mallocr.c
sed -i 's/nb > INT_MAX/nb > LONG_MAX/' "$malloc"
grep -q 'nb > LONG_MAX' "$malloc" || {
    echo "patch-configure-host.sh: $malloc does not look as expected; is newlib-source 3.3 or 4.5 installed?" >&2
    exit 1
}
grep -q 'future' "$file" && exit 0

awk '
# The sys_dir table comes first, the flags table after it; each has its own line "case ... in" under its own comment.
/^# THIS TABLE IS ALPHA SORTED/ { table++ }
{ print }
table && /^case "\$\{host\}" in$/ && !done[table]++ {
    if (table == 2) {
        print "  *-future-*)"
        print "\tposix_dir=posix"
        print "\tunix_dir=unix"
        print "\thave_crt0=\"no\""
        print "\t;;"
        places++
    } else if (table == 3) {
        print "  *-future-*)"
        print "\tnewlib_cflags=\"${newlib_cflags} -ffunction-sections -fdata-sections -D_COMPILING_NEWLIB\""
        print "\tnewlib_cflags=\"${newlib_cflags} -DMISSING_SYSCALL_NAMES -DREENTRANT_SYSCALLS_PROVIDED -DGETREENT_PROVIDED\""
        print "\tnewlib_cflags=\"${newlib_cflags} -DSIGNAL_PROVIDED -DCLOCK_PROVIDED -DHAVE_NANOSLEEP -DHAVE_BLKSIZE\""
        print "\tnewlib_cflags=\"${newlib_cflags} -DHAVE_FCNTL -DHAVE_RENAME -DHAVE_OPENDIR -D_NO_GETLOGIN -D_NO_GETPWENT\""
        print "\tnewlib_cflags=\"${newlib_cflags} -D_NO_GETUT -D_NO_GETPASS -D_NO_SIGSET -D_NO_WORDEXP -D_NO_POPEN\""
        print "\tnewlib_cflags=\"${newlib_cflags} -D_NO_POSIX_SPAWN -D_NO_EXECVE\""
        print "\tsyscall_dir="
        print "\t;;"
        places++
    }
}
END { if (places != 2) exit 1 }
' "$file" > "$file.future" || {
    echo "patch-configure-host.sh: $file does not look as expected; is it newlib 4.5.0's?" >&2
    rm -f "$file.future"; exit 1
}
mv "$file.future" "$file"
