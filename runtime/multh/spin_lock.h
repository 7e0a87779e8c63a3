/* SPDX-License-Identifier: MIT */
/* The spin lock of the scheduler's own lists: held for a few instructions, never across a park or a stdio call. */
#ifndef MULTH_SPIN_LOCK_H
#define MULTH_SPIN_LOCK_H

#include "core_port.h"

enum { MULTH_SPIN_PATIENCE = 1000 };

static inline void multh_spin_lock(uint32_t *word)
{
	uint32_t turns = 0;

	while (__atomic_exchange_n(word, 1, __ATOMIC_ACQUIRE))
		while (__atomic_load_n(word, __ATOMIC_RELAXED)) {
			__builtin_ia32_pause();
			/* The hosted machine may have fewer CPUs than cores, and the holder be one that waits for ours. */
			if (++turns % MULTH_SPIN_PATIENCE == 0)
				multh_port_relax(0);
		}
}

static inline void multh_spin_unlock(uint32_t *word) { __atomic_store_n(word, 0, __ATOMIC_RELEASE); }

#endif
