/* SPDX-License-Identifier: MIT
 * Two types that newlib's header fixes without asking <machine/_types.h>: Linux's sizes for them. */
#ifndef FUTURE_SYS_TYPES_H
#define FUTURE_SYS_TYPES_H

#define __nlink_t    __newlib_nlink_t
#define __useconds_t __newlib_useconds_t
#include_next <sys/_types.h>
#undef __nlink_t
#undef __useconds_t

typedef unsigned long __nlink_t;
typedef unsigned int __useconds_t;

#endif
