/* SPDX-License-Identifier: MIT */
/*
 * Pages that the program itself cannot touch: the kernel is told, and a map that the proxy looks at before a delegated call
 * touches one. It has two bits for each page; a word of it belongs to neighbours too, and is changed by `and` and `or`.
 */
#include "core_port.h"
#include "entry.h"
#include "futurek/abi/protection.h"
#include "spin_lock.h"

static uint32_t making;

static uint64_t *map_of(struct future_start_block *block)
{
	uint64_t map;

	if (block->size < offsetof(struct future_start_block, protections) + sizeof block->protections)
		return 0; /* an older Future made it, and something else lies there */
	map = __atomic_load_n(&block->protections, __ATOMIC_ACQUIRE);
	if (map)
		return (uint64_t *)map;
	multh_spin_lock(&making);
	map = __atomic_load_n(&block->protections, __ATOMIC_RELAXED);
	if (!map) {
		map = (uintptr_t)multh_port_map(block->arena_bytes / FUTURE_PAGE_BYTES / FUTURE_PAGES_IN_WORD * sizeof(uint64_t));
		__atomic_store_n(&block->protections, map, __ATOMIC_RELEASE);
	}
	multh_spin_unlock(&making);
	return (uint64_t *)map;
}

/*
 * Whole pages of the arena were protected so; FUTURE_PROT_* or-ed. From any thread, of one page by one thread at a time. The
 * first call makes the map; where there is no memory for it nothing is noted, and delegated calls write where they may not.
 */
static void note_protection(struct future_start_block *block, uintptr_t address, size_t bytes, unsigned protection)
{
	uint64_t first = (address - block->arena_base) / FUTURE_PAGE_BYTES, page;
	uint64_t *map = map_of(block);
	uint64_t bits = (protection & FUTURE_PROT_READ ? 0 : FUTURE_PAGE_UNREADABLE) |
			(protection & FUTURE_PROT_WRITE ? 0 : FUTURE_PAGE_UNWRITABLE);

	if (!map)
		return;
	for (page = first; page < first + bytes / FUTURE_PAGE_BYTES; page++) {
		unsigned place = page % FUTURE_PAGES_IN_WORD * FUTURE_PAGE_BITS;

		__atomic_fetch_and(&map[page / FUTURE_PAGES_IN_WORD], ~(3ull << place), __ATOMIC_RELAXED);
		__atomic_fetch_or(&map[page / FUTURE_PAGES_IN_WORD], bits << place, __ATOMIC_RELAXED);
	}
}

bool multh_port_protect(void *address, size_t bytes)
{
	if (!multh_kernel_protect((uintptr_t)address, bytes, FUTURE_PROT_NONE))
		return false;
	note_protection((struct future_start_block *)multh_future_block, (uintptr_t)address, bytes, FUTURE_PROT_NONE);
	return true;
}
