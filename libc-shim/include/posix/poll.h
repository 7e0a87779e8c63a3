/* SPDX-License-Identifier: MIT
 * poll: Linux's bits and struct pollfd, taken from the kernel's header. */
#ifndef FUTURE_POLL_H
#define FUTURE_POLL_H

#include <sys/types.h>
#include <sys/_timespec.h>
#include <sys/signal.h>
#include <asm/poll.h>

typedef unsigned long nfds_t;

#ifdef __cplusplus
extern "C" {
#endif

int poll(struct pollfd *, nfds_t, int);
int ppoll(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);

#ifdef __cplusplus
}
#endif

#endif
