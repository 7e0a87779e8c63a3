/* SPDX-License-Identifier: MIT
 * <utime.h> by itself: newlib's wants <sys/types.h> before. */
#ifndef FUTURE_UTIME_H
#define FUTURE_UTIME_H

#include <sys/types.h>
#include_next <utime.h>

#endif
