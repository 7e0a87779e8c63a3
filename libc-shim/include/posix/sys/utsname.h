/* SPDX-License-Identifier: MIT
 * struct utsname as uname(2) of Linux fills it. */
#ifndef FUTURE_SYS_UTSNAME_H
#define FUTURE_SYS_UTSNAME_H

#include <sys/cdefs.h>
#include <sys/features.h>

struct utsname {
    char sysname[65];
    char nodename[65];
    char release[65];
    char version[65];
    char machine[65];
#if __GNU_VISIBLE
    char domainname[65];
#else
    char __domainname[65];
#endif
};

#ifdef __cplusplus
extern "C" {
#endif

int uname(struct utsname *);

#ifdef __cplusplus
}
#endif

#endif
