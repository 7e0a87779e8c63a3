/* SPDX-License-Identifier: MIT */
/* Notes two bits for each page: words of the map are shared by neighbours, so they are changed by and and or. */
#include "protections.h"

#include "core_port.h"
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

void multh_note_protection(struct future_start_block *block, uintptr_t address, size_t bytes, unsigned protection)
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
