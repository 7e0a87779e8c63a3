// SPDX-License-Identifier: MIT
// A chunk starts as nothing, becomes one large page, and is split once its pages differ; it is never joined again.
//
// Entries are single words, written whole: cores walk them at any time, as the processors do. Splitting keeps what is
// allowed, so no core has to forget the large page for it. (Processors that cannot have both sizes of a translation at
// once, AMD erratum 383, are older than FSGSBASE.)
#include "paging.h"

namespace futurek::native {

namespace {

uint64_t load(const uint64_t* entry) { return __atomic_load_n(entry, __ATOMIC_ACQUIRE); }
uint64_t exchange(uint64_t* entry, uint64_t value) { return __atomic_exchange_n(entry, value, __ATOMIC_SEQ_CST); }

uint64_t large_entry(const ChunkPages& chunk, uint64_t bits) { return chunk.physical | entry_large | bits; }

constexpr uint64_t use_bits = entry_present | entry_write | entry_user | entry_no_execute;

bool less_allowed(uint64_t before, uint64_t after) {
    if (!(before & entry_present)) return false;
    return !(after & entry_present) || (before & ~after & entry_write) || (~before & after & entry_no_execute);
}

void split(const ChunkPages& chunk, uint64_t entry) {
    uint64_t bits = entry ? entry & use_bits : program_bits(PageUse::program);
    for (unsigned page = 0; page < table_entries; page++)
        __atomic_store_n(&chunk.table[page], (chunk.physical + page * 4096ull) | bits, __ATOMIC_RELAXED);
    // A first touch may have come meanwhile: it mapped what `bits` says.
    exchange(chunk.entry, chunk.table_physical | entry_table);
}

}  // namespace

uint64_t program_bits(PageUse use) {
    switch (use) {
        case PageUse::none:
            return 0;
        case PageUse::read:
            return entry_present | entry_user | entry_no_execute;
        case PageUse::read_write:
            return entry_present | entry_user | entry_write | entry_no_execute;
        case PageUse::program:
            return entry_present | entry_user | entry_write;
    }
    return 0;
}

void chunk_map(const ChunkPages& chunk) {
    uint64_t nothing = 0;
    __atomic_compare_exchange_n(chunk.entry, &nothing, large_entry(chunk, program_bits(PageUse::program)), false,
                                __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

bool chunk_protect_maps(const ChunkPages& chunk, unsigned pages, PageUse use) {
    uint64_t entry = load(chunk.entry);
    if (is_table(entry)) return false;  // was READY when it was split
    bool program = !entry || (entry & use_bits) == program_bits(PageUse::program);
    if (program && use == PageUse::program) return false;
    return pages < table_entries || use != PageUse::none;
}

bool chunk_protect(const ChunkPages& chunk, unsigned first, unsigned pages, PageUse use) {
    uint64_t entry = load(chunk.entry), bits = program_bits(use);
    if (!is_table(entry)) {
        if (!entry && use == PageUse::program) return false;
        if (pages == table_entries) return less_allowed(exchange(chunk.entry, large_entry(chunk, bits)), bits);
        if (entry && (entry & use_bits) == bits) return false;
        split(chunk, entry);
    }
    bool less = false;
    for (unsigned page = first; page < first + pages; page++)
        less |= less_allowed(exchange(&chunk.table[page], (chunk.physical + page * 4096ull) | bits), bits);
    return less;
}

uint64_t chunk_look(const ChunkPages& chunk, unsigned page) {
    uint64_t entry = load(chunk.entry);
    return is_table(entry) ? load(&chunk.table[page]) : entry;
}

bool entry_allows(uint64_t entry, uint64_t error_code) {
    constexpr uint64_t error_write = 1 << 1, error_fetch = 1 << 4;
    if (!(entry & entry_present)) return false;
    if ((error_code & error_write) && !(entry & entry_write)) return false;
    return !(error_code & error_fetch) || !(entry & entry_no_execute);
}

}  // namespace futurek::native
