/* SPDX-License-Identifier: MIT
 * Tells newlib what this system has: threads, clocks, one struct _reent per thread, ssize_t-returning read and write. */
#ifndef FUTURE_SYS_FEATURES_H
#define FUTURE_SYS_FEATURES_H

/* The errno, strtok, ... state is found through __getreent(), never through one global pointer. */
#define __DYNAMIC_REENT__ 1

/* newlib's configure puts these into newlib.h too; they change struct _reent, so they are said where no
 * include order can miss them. */
#ifndef _REENT_GLOBAL_ATEXIT
#define _REENT_GLOBAL_ATEXIT 1
#endif
#ifndef _REENT_GLOBAL_STDIO_STREAMS
#define _REENT_GLOBAL_STDIO_STREAMS 1
#endif

/* newlib's own default is int for both, which would cut a 4 GiB read. */
#define _READ_WRITE_RETURN_TYPE  _ssize_t
#define _READ_WRITE_BUFSIZE_TYPE __SIZE_TYPE__

#include_next <sys/features.h>

#define _POSIX_VERSION  200809L
#define _POSIX2_VERSION 200809L
#define _XOPEN_VERSION  700

/* Options that are really there. An option that is absent here hides its prototypes in <pthread.h>, so that its
 * use fails when compiled and not when linked. */
#define _POSIX_THREADS                   200809L
#define _POSIX_THREAD_SAFE_FUNCTIONS     200809L
#define _POSIX_THREAD_ATTR_STACKADDR     200809L
#define _POSIX_THREAD_ATTR_STACKSIZE     200809L
#define _POSIX_TIMERS                    200809L
#define _POSIX_TIMEOUTS                  200809L
#define _POSIX_MONOTONIC_CLOCK           200809L
#define _POSIX_CLOCK_SELECTION           200809L
#define _POSIX_CPUTIME                   200809L
#define _POSIX_FSYNC                     200809L
#define _POSIX_MAPPED_FILES              200809L
#define _POSIX_NO_TRUNC                  1
#define _POSIX_VDISABLE                  '\0'
#define _UNIX98_THREAD_MUTEX_ATTRIBUTES  1

#endif
