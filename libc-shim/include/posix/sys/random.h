/* SPDX-License-Identifier: MIT
 * getrandom, with Linux's flags from the kernel's header. */
#ifndef FUTURE_SYS_RANDOM_H
#define FUTURE_SYS_RANDOM_H

#include <sys/types.h>
#include <linux/random.h>

#ifdef __cplusplus
extern "C" {
#endif

ssize_t getrandom(void *, size_t, unsigned int);
int getentropy(void *, size_t);

#ifdef __cplusplus
}
#endif

#endif
