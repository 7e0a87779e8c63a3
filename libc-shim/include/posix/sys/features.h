/* SPDX-License-Identifier: MIT
 * <sys/features.h> with the options of POSIX threads that newlib itself is compiled without: MULiTh has them. */
#ifndef FUTURE_POSIX_FEATURES_H
#define FUTURE_POSIX_FEATURES_H

#include_next <sys/features.h>

#define _POSIX_BARRIERS                  200809L
#define _POSIX_SPIN_LOCKS                200809L
#define _POSIX_READER_WRITER_LOCKS       200809L
#define _POSIX_SEMAPHORES                200809L

#endif
