/* SPDX-License-Identifier: MIT */
/* An interface of our own: what the Linux beside us calls itself. */
#include <sys/utsname.h>

#include <future/idl.h>

interface_(host, 0xc2a67f14d80e5b3b);

/// The names of the Linux kernel that serves us.
int uname(struct utsname *name out_()) call_(0);
