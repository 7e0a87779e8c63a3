// SPDX-License-Identifier: MIT
// Page table entries, and what happens to the entries of one arena chunk. Pure: nothing here knows where memory is.
#pragma once

#include <stdint.h>

#include "arch/memory.h"

namespace futurek::native {

enum : uint64_t {
    entry_present = 1,
    entry_write = 1 << 1,
    entry_user = 1 << 2,
    entry_uncached = 3 << 3,
    entry_large = 1 << 7,  // in a directory: 2 MiB, not a table
    entry_global = 1 << 8,
    entry_no_execute = 1ull << 63,
    entry_address = 0x000ffffffffff000,
    entry_table = entry_present | entry_write | entry_user,
};
inline constexpr unsigned table_entries = 512;

// What a program may do: entry bits. `none` is not present, yet a directory's entry with it is not 0 (entry_large).
uint64_t program_bits(PageUse use);

inline bool is_table(uint64_t entry) { return (entry & entry_present) && !(entry & entry_large); }

// One 2 MiB chunk of an arena as a program sees it: its directory entry, and the table that becomes its when it is
// split. Entry 0: nobody touched the chunk yet; it has PageUse::program and is mapped at the first touch.
struct ChunkPages {
    uint64_t* entry;
    uint64_t* table;
    uint64_t physical;        // of the chunk
    uint64_t table_physical;  // of the table
};

// First touch: maps the chunk, which is READY, whole. Any number of cores at once, also beside chunk_protect.
void chunk_map(const ChunkPages& chunk);

// True: chunk_protect will need the chunk READY, because something of it will be mapped.
bool chunk_protect_maps(const ChunkPages& chunk, unsigned pages, PageUse use);

// Pages first … first + pages - 1 of the chunk get `use`. One caller at a time (Locked<Process>). True: something that
// was allowed is not any more, so other cores must forget it.
[[nodiscard]] bool chunk_protect(const ChunkPages& chunk, unsigned first, unsigned pages, PageUse use);

// The entry by which `page` of the chunk is reached now; 0: not yet mapped.
uint64_t chunk_look(const ChunkPages& chunk, unsigned page);

// Does the entry allow what a page fault with this error code tried?
bool entry_allows(uint64_t entry, uint64_t error_code);

}  // namespace futurek::native
