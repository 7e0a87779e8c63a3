/* SPDX-License-Identifier: MIT
 * Limits: Linux's, taken from the kernel's header, and the few that glibc adds. */
#ifndef _SYS_SYSLIMITS_H_
#define _SYS_SYSLIMITS_H_

#include <linux/limits.h>

/* glibc hides these four: the true value is asked with sysconf. */
#undef ARG_MAX
#undef LINK_MAX
#undef OPEN_MAX
#undef NR_OPEN
#define ARG_MAX 131072

#define IOV_MAX        1024
#define HOST_NAME_MAX  64
#define LOGIN_NAME_MAX 256
#define TTY_NAME_MAX   32
#define SSIZE_MAX      __LONG_MAX__

#define PTHREAD_KEYS_MAX              1024
#define PTHREAD_DESTRUCTOR_ITERATIONS 4
#define PTHREAD_STACK_MIN             16384

#define BC_BASE_MAX      99
#define BC_DIM_MAX       2048
#define BC_SCALE_MAX     99
#define BC_STRING_MAX    1000
#define COLL_WEIGHTS_MAX 255
#define EXPR_NEST_MAX    32
#define LINE_MAX         2048
#define RE_DUP_MAX       0x7fff
#define CHARCLASS_NAME_MAX 2048

#endif
