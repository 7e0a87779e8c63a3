/* SPDX-License-Identifier: MIT
 * <sys/syslimits.h> with the limits of what newlib itself is compiled without: semaphores. */
#ifndef FUTURE_POSIX_SYSLIMITS_H
#define FUTURE_POSIX_SYSLIMITS_H

#include_next <sys/syslimits.h>

#define SEM_VALUE_MAX 2147483647

#endif
