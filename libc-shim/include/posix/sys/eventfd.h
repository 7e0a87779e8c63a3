/* SPDX-License-Identifier: MIT
 * eventfd, with Linux's flags. */
#ifndef FUTURE_SYS_EVENTFD_H
#define FUTURE_SYS_EVENTFD_H

#include <stdint.h>
#include <fcntl.h>

#define EFD_SEMAPHORE 1
#define EFD_CLOEXEC   O_CLOEXEC
#define EFD_NONBLOCK  O_NONBLOCK

typedef uint64_t eventfd_t;

#ifdef __cplusplus
extern "C" {
#endif

int eventfd(unsigned int, int);
int eventfd_read(int, eventfd_t *);
int eventfd_write(int, eventfd_t);

#ifdef __cplusplus
}
#endif

#endif
