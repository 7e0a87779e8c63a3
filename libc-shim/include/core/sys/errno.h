/* SPDX-License-Identifier: MIT
 * errno: Linux's own numbers, taken from the kernel's header. newlib's own list is never read. */
#ifndef _SYS_ERRNO_H_
#define _SYS_ERRNO_H_

#include <sys/reent.h>
#include <asm/errno.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef _REENT_ONLY
#define errno (*__errno())
extern int *__errno(void);
#endif

/* Please don't use these directly; use strerror. */
extern const char *const _sys_errlist[];
extern int _sys_nerr;

#define __errno_r(reent) ((reent)->_errno)

#define ENOTSUP EOPNOTSUPP /* as in glibc: one number, two names */
/* newlib's hash tables return it for "not such a file"; Linux has no such number, so it lies above Linux's. */
#define EFTYPE 200
#define __ELASTERROR 2000 /* users can add values starting here */

#ifdef __cplusplus
}
#endif

#endif
