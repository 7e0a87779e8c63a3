/* SPDX-License-Identifier: MIT
 * <sys/syslimits.h> with the limits of what newlib itself is compiled without: semaphores, and the least of threads. */
#ifndef FUTURE_POSIX_SYSLIMITS_H
#define FUTURE_POSIX_SYSLIMITS_H

#include_next <sys/syslimits.h>

#define SEM_VALUE_MAX 2147483647

/* What any system of POSIX has at least. */
#define _POSIX_THREAD_DESTRUCTOR_ITERATIONS 4
#define _POSIX_THREAD_KEYS_MAX              128
#define _POSIX_THREAD_THREADS_MAX           64
#define _POSIX_SEM_NSEMS_MAX                256
#define _POSIX_SEM_VALUE_MAX                32767

#endif
