/* SPDX-License-Identifier: MIT */
/* Which pages a program has taken from itself (MAP PROTECT): delegated calls keep to it, as Linux's keep to page tables. */
#ifndef FUTURE_ABI_PROTECTION_H
#define FUTURE_ABI_PROTECTION_H

#include "../../idl/wire/types.h"

/*
 * Linux's side works on the arena by mappings of its own, in which every page can be written. So that read(fd, guard_page, n)
 * is EFAULT all the same, a program's run time writes down in a map of its own, in the arena, what it has protected, and
 * the map's address into its start block (`protections`; 0: nothing is protected).
 *
 * Two bits for a page of the arena, the first page's lowest: words of 32 pages, arena_bytes / FUTURE_PAGE_BYTES / 32 of them.
 * The map keeps a program from harming itself by mistake and protects nobody from it: its bits may change at any instant,
 * and who reads it checks its address and believes what it says.
 */
enum {
	FUTURE_PAGE_UNREADABLE = 1,
	FUTURE_PAGE_UNWRITABLE = 2,
	FUTURE_PAGE_BITS = 2,
	FUTURE_PAGES_IN_WORD = 64 / FUTURE_PAGE_BITS,
};

#endif
