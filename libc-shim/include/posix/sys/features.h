/* SPDX-License-Identifier: MIT
 * <sys/features.h> with the options of POSIX threads that newlib itself is compiled without: MULiTh has them. */
#ifndef FUTURE_POSIX_FEATURES_H
#define FUTURE_POSIX_FEATURES_H

#include_next <sys/features.h>

#define _POSIX_BARRIERS                  200809L
#define _POSIX_SPIN_LOCKS                200809L
#define _POSIX_READER_WRITER_LOCKS       200809L
#define _POSIX_SEMAPHORES                200809L
#define _POSIX_PRIORITY_SCHEDULING       200809L
#define _POSIX_THREAD_PRIORITY_SCHEDULING 200809L
#define _POSIX_THREAD_PRIO_INHERIT       200809L
#define _POSIX_THREAD_PRIO_PROTECT       200809L
#define _POSIX_THREAD_ROBUST_PRIO_INHERIT 200809L
#define _POSIX_THREAD_PROCESS_SHARED     200809L

#endif
