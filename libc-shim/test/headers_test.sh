#!/bin/sh
# SPDX-License-Identifier: MIT
# headers_test.sh FUTURE-CC: each header compiles alone, as C17 and with all that Linux's libc has beside; the ones that are not there
# yet are known.
# <termios.h> is not among them: newlib's wants a <sys/termios.h> that comes with the calls for terminals.
set -u
cc=$1
headers="
  arpa/inet.h assert.h byteswap.h complex.h ctype.h dirent.h dlfcn.h endian.h err.h errno.h fcntl.h fenv.h float.h fmtmsg.h fnmatch.h
  ftw.h getopt.h glob.h grp.h iconv.h inttypes.h iso646.h langinfo.h libgen.h limits.h locale.h math.h monetary.h mqueue.h ndbm.h net/if.h
  netdb.h netinet/in.h netinet/tcp.h nl_types.h poll.h pthread.h pwd.h regex.h sched.h search.h semaphore.h setjmp.h signal.h spawn.h
  stdalign.h stdarg.h stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h stdnoreturn.h string.h strings.h stropts.h sys/ipc.h
  sys/mman.h sys/msg.h sys/resource.h sys/select.h sys/sem.h sys/shm.h sys/socket.h sys/stat.h sys/statvfs.h sys/time.h sys/times.h
  sys/types.h sys/uio.h sys/un.h sys/utsname.h sys/wait.h sysexits.h syslog.h tar.h tgmath.h threads.h time.h trace.h uchar.h
  ulimit.h unistd.h utime.h utmpx.h wchar.h wctype.h wordexp.h"
absent=$(for header in $headers; do printf '#if !__has_include(<%s>)\n %s\n#endif\n' "$header" "$header"; done |
  "$cc" -E -P -undef - | tr -d '\n')
failed=0
for header in $headers; do
  case "$absent " in *" $header "*) continue ;; esac
  for how in -std=c17 "-std=gnu17 -D_GNU_SOURCE"; do
    # shellcheck disable=SC2086
    printf '#include <%s>\n#include <%s>\nint unit;\n' "$header" "$header" |
      "$cc" $how -Wall -Wextra -Werror -Wsystem-headers -fsyntax-only -x c - || { echo "FAIL: <$header> alone, $how"; failed=1; }
  done
done
known=" arpa/inet.h dlfcn.h fmtmsg.h monetary.h mqueue.h net/if.h netdb.h netinet/in.h netinet/tcp.h nl_types.h stropts.h sys/ipc.h"
known="$known sys/msg.h sys/sem.h sys/shm.h sys/socket.h sys/statvfs.h sys/un.h syslog.h trace.h ulimit.h utmpx.h"
[ "$absent" = "$known" ] || { echo "FAIL: absent are$absent, known were$known"; failed=1; }
exit $failed
