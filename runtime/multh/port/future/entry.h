/* SPDX-License-Identifier: MIT */
/* Calls of the kernel: the entry table of the start block that this program was given. */
#ifndef MULTH_ENTRY_H
#define MULTH_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "futurek/abi/start_block.h"

extern const struct future_start_block *multh_future_block; /* multh_start sets it before anything else */

static inline long multh_enter(enum future_syscall call, unsigned long a, unsigned long b, unsigned long c)
{
	return multh_future_block->entry->call[call](a, b, c);
}

static inline size_t multh_whole_pages(size_t bytes)
{
	return (bytes + FUTURE_PAGE_BYTES - 1) & ~(size_t)(FUTURE_PAGE_BYTES - 1);
}

/* Asks the kernel only: protections.c says when the proxy has to know, too. */
static inline bool multh_kernel_protect(uintptr_t address, size_t bytes, enum future_map_protection protection)
{
	return multh_enter(FUTURE_SYS_MAP, FUTURE_MAP_PROTECT | protection << 8, address, bytes) == 0;
}

#endif
