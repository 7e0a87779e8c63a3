/* SPDX-License-Identifier: MIT
 * What the shim's parts share: the start block, and the kernel's calls by name. */
#ifndef FUTURE_LIBC_SHIM_START_H
#define FUTURE_LIBC_SHIM_START_H

#include "futurek/abi/start_block.h"

/* Set by crt0 before anything else runs; never changes. */
extern const struct future_start_block *future_start;

static inline long kernel_call(enum future_syscall number, unsigned long a, unsigned long b, unsigned long c)
{
    return future_start->entry->call[number](a, b, c);
}

#endif
