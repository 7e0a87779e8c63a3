// SPDX-License-Identifier: MIT
// The contract's memory. Everything a process is mapped from was carved at boot: creating one allocates nothing.
//
// An arena is contiguous in the machine's row of chunks, so the kernel reaches program memory through its direct map,
// after a look at the program's entries, and never through a program address.
#include "memory.h"

#include "../../abi/core_words.h"
#include "../../core/clamp.h"
#include "apic.h"
#include "arch/machine.h"
#include "chunk.h"
#include "cpu.h"
#include "paging.h"

extern "C" char native_program_entry[];

namespace futurek::native {

namespace {

struct Slot {
    uint64_t arena, arena_bytes;  // machine offset
    uint32_t cores;
    uint8_t core_numbers[max_cores];
};
Slot slots[max_processes];  // constant while the slot's process exists

// Of a slot's pages.
enum { page_root, page_top, page_fixed_directory, page_fixed_table, page_words, page_arena_directories };
static_assert(max_cores * WORDS_SPACE <= page_bytes && FUTURE_GS_THREAD + 8 <= WORDS_SPACE);

uint64_t slot_page(unsigned slot, uint64_t page) {
    return carved.slots + (slot * carved.slot_pages + page) * page_bytes;
}
uint64_t* entries(unsigned slot, uint64_t page) { return reinterpret_cast<uint64_t*>(direct(slot_page(slot, page))); }
uint64_t table_entry(unsigned slot, uint64_t page) { return physical(slot_page(slot, page)) | entry_table; }

uint64_t channel_of(unsigned slot) { return carved.channels + slot * channel_bytes; }

// Chunk `index` of the slot's arena.
ChunkPages chunk_pages(unsigned slot, uint64_t index) {
    uint64_t offset = slots[slot].arena + index * FUTURE_CHUNK_BYTES;
    uint64_t table = carved.chunk_tables + (offset - carved.arenas) / FUTURE_CHUNK_BYTES * page_bytes;
    return {entries(slot, page_arena_directories) + index, reinterpret_cast<uint64_t*>(direct(table)), physical(offset),
            physical(table)};
}

uint64_t machine_chunk(unsigned slot, uint64_t index) { return slots[slot].arena / FUTURE_CHUNK_BYTES + index; }

// use(index of the chunk, first page in it, pages of it) for all that [offset, offset + bytes) touches.
template <class Use>
void each_chunk(uint64_t offset, uint64_t bytes, Use use) {
    while (bytes) {
        uint64_t within = offset % FUTURE_CHUNK_BYTES, span = FUTURE_CHUNK_BYTES - within;
        if (span > bytes) span = bytes;
        use(offset / FUTURE_CHUNK_BYTES, static_cast<unsigned>(within / page_bytes),
            static_cast<unsigned>(span / page_bytes));
        offset += span;
        bytes -= span;
    }
}

// Returns once no core uses what the slot's tables allowed before. A core in the kernel does not use them, and looks at
// `attention` before it goes back; one in ring 3 takes the interrupt at once. So we wait for no core that could wait
// for us, whatever locks we and it hold. One caller a slot at a time (Locked<Process>).
void forget(unsigned slot) {
    const Slot& mine = slots[slot];
    unsigned self = this_core().number;
    for (uint32_t index = 0; index < mine.cores; index++) {
        PerCore& core = core_at(mine.core_numbers[index]);
        if (core.number == self) continue;
        __atomic_fetch_or(&core.attention, attention_flush, __ATOMIC_SEQ_CST);
        if (__atomic_load_n(&core.in_program, __ATOMIC_SEQ_CST)) apic_wake(core.number);
    }
    for (uint32_t index = 0; index < mine.cores; index++) {
        PerCore& core = core_at(mine.core_numbers[index]);
        if (core.number == self) continue;
        while (__atomic_load_n(&core.in_program, __ATOMIC_SEQ_CST) &&
               __atomic_load_n(&core.attention, __ATOMIC_SEQ_CST) & attention_flush)
            __builtin_ia32_pause();
    }
    flush_program();
}

void make_tables(unsigned slot) {
    const uint64_t* kernel = nullptr;
    for (uint64_t offset = 0; !kernel; offset += FUTURE_CHUNK_BYTES)
        if (carved.root - physical(offset) < FUTURE_CHUNK_BYTES)
            kernel = reinterpret_cast<const uint64_t*>(direct(offset + carved.root - physical(offset)));
    uint64_t *root = entries(slot, page_root), *top = entries(slot, page_top);
    for (unsigned index = table_entries / 2; index < table_entries; index++) root[index] = kernel[index];
    root[0] = table_entry(slot, page_top);
    static_assert(PROGRAM_FIXED >> 39 == 0 && PROGRAM_ARENA >> 39 == 0 && PROGRAM_ARENA % (1ull << 30) == 0);
    top[PROGRAM_FIXED >> 30] = table_entry(slot, page_fixed_directory);
    for (uint64_t page = page_arena_directories; page < carved.slot_pages; page++)
        top[(PROGRAM_ARENA >> 30) + page - page_arena_directories] = table_entry(slot, page);
    entries(slot, page_fixed_directory)[0] = table_entry(slot, page_fixed_table);

    uint64_t* fixed_pages = entries(slot, page_fixed_table);
    uint64_t entry_page = reinterpret_cast<uint64_t>(native_program_entry) - FUTURE_NATIVE_BASE;
    fixed_pages[PROGRAM_ENTRY_PAGE] = physical(entry_page) | entry_present | entry_user;
    fixed_pages[PROGRAM_TIME_PAGE] = physical(FUTURE_NATIVE_TIME) | program_bits(PageUse::read);
    fixed_pages[PROGRAM_WORDS_PAGE] = physical(slot_page(slot, page_words)) | program_bits(PageUse::read_write);
    for (uint64_t page = 0; page < channel_bytes / page_bytes; page++)
        fixed_pages[PROGRAM_CHANNEL_PAGE + page] =
            physical(channel_of(slot) + page * page_bytes) | program_bits(PageUse::read_write);
}

constexpr uint64_t fixed_address(uint64_t page) { return PROGRAM_FIXED + page * page_bytes; }

}  // namespace

uint64_t slot_root(unsigned slot) { return physical(slot_page(slot, page_root)); }

uint64_t slot_words(unsigned slot, uint64_t index) {
    zero(direct(slot_page(slot, page_words) + index * WORDS_SPACE), WORDS_SPACE);
    return fixed_address(PROGRAM_WORDS_PAGE) + index * WORDS_SPACE;
}

unsigned slot_core(unsigned slot, unsigned index) { return slots[slot].core_numbers[index]; }

bool slot_has(unsigned slot, uint64_t address) {
    if (address - PROGRAM_ARENA < slots[slot].arena_bytes) return true;
    uint64_t page = (address - PROGRAM_FIXED) / page_bytes;
    return page == PROGRAM_ENTRY_PAGE || page == PROGRAM_TIME_PAGE || page == PROGRAM_WORDS_PAGE ||
           page - PROGRAM_CHANNEL_PAGE < channel_bytes / page_bytes;
}

bool slot_touch(unsigned slot, uint64_t address, uint64_t error_code) {
    // Ring 3 has no other accesses that could fail here; but QEMU's iret and lret read the stack with the kernel's rights,
    // which SMAP forbids however often they are tried.
    constexpr uint64_t error_user = 1 << 2;
    uint64_t offset = address - PROGRAM_ARENA;
    if (offset >= slots[slot].arena_bytes || !(error_code & error_user)) return false;
    offset = clamp_index(offset, slots[slot].arena_bytes);
    uint64_t index = offset / FUTURE_CHUNK_BYTES;
    ChunkPages chunk = chunk_pages(slot, index);
    uint64_t entry = chunk_look(chunk, offset / page_bytes % table_entries);
    if (!entry) {
        chunk_ready(machine_chunk(slot, index));
        chunk_map(chunk);
        return true;
    }
    invalidate(address);
    return entry_allows(entry, error_code);
}

}  // namespace futurek::native

using namespace futurek;
using namespace futurek::native;

Attempt<ProcessPlaces> arch_process_create(unsigned slot, const ProcessPlan& plan) {
    Slot& mine = slots[slot];
    mine.arena = carved.arenas + plan.arena_offset;
    mine.arena_bytes = plan.arena_bytes;
    mine.cores = plan.cores;
    for (uint32_t index = 0; index < plan.cores; index++) {
        mine.core_numbers[index] = plan.core_numbers[index];
        core_at(plan.core_numbers[index]).slot = slot;
    }
    zero(direct(channel_of(slot)), channel_bytes);
    zero(direct(slot_page(slot, page_words)), page_bytes);
    make_tables(slot);

    future_native_doorbell& doorbell = boot_block().doorbell[slot];
    wire_store32(&doorbell.armed, 0);
    wire_store32(&doorbell.rung, 0);
    future_native_process& told = boot_block().process[slot];
    told = {mine.arena,
            mine.arena_bytes,
            channel_of(slot),
            channel_bytes,
            PROGRAM_ARENA,
            fixed_address(PROGRAM_CHANNEL_PAGE),
            fixed_address(PROGRAM_ENTRY_PAGE),
            fixed_address(PROGRAM_TIME_PAGE),
            WIRE_RING_LINES_DEFAULT,
            0,
            {}};
    wire_store32(&told.used, 1);
    return ProcessPlaces{told.arena_address,
                         told.channel_address,
                         told.channel_bytes,
                         told.entry_table,
                         told.time_page,
                         told.ring_lines,
                         reinterpret_cast<wire_channel*>(direct(channel_of(slot)))};
}

void arch_process_destroy(unsigned slot) {
    wire_exchange32(&boot_block().process[slot].used, 0);
    // Whoever runs in it next loads CR3 and with that forgets all of it.
    uint64_t chunks = slots[slot].arena_bytes / FUTURE_CHUNK_BYTES;
    zero(entries(slot, page_arena_directories), chunks * sizeof(uint64_t));
    chunks_dirty(machine_chunk(slot, 0), chunks);
    slots[slot].arena_bytes = 0;
}

void arch_process_ring(unsigned slot) {
    future_native_doorbell& doorbell = boot_block().doorbell[slot];
    wire_exchange32(&doorbell.rung, 1);
    wire_or(&boot_block().rung_slots.word, 1ull << slot);
    if (wire_exchange32(&doorbell.armed, 0) == 1) interrupt_linux();
}

Attempt<Done> arch_pages_protect(unsigned slot, uint64_t offset, uint64_t bytes, PageUse use) {
    bool less = false;
    each_chunk(offset, bytes, [&](uint64_t index, unsigned first, unsigned pages) {
        ChunkPages chunk = chunk_pages(slot, index);
        if (chunk_protect_maps(chunk, pages, use)) chunk_ready(machine_chunk(slot, index));
        less |= chunk_protect(chunk, first, pages, use);
    });
    if (less) forget(slot);
    return Done{};
}

// Addresses and memory stay together for the arena's life, so there is nothing to forget here.
void arch_pages_discard(unsigned slot, uint64_t offset, uint64_t bytes) {
    each_chunk(offset, bytes, [&](uint64_t index, unsigned first, unsigned pages) {
        if (!chunk_is_ready(machine_chunk(slot, index))) return;  // will be zeroed before its first use
        uint64_t at = slots[slot].arena + index * FUTURE_CHUNK_BYTES + first * page_bytes;
        zero(direct(at), pages * page_bytes);
    });
}

// Memory comes by the chunk, and a first touch of one costs less than a page's on Linux.
void arch_pages_expect(unsigned, uint64_t, uint64_t, uint64_t) {}

// The calling core's process. No lock: entries are words, and the tables behind them are never anything else.
bool arch_copy_from_program(void* to, uint64_t from, uint64_t bytes) {
    unsigned slot = this_core().slot;
    constexpr uint64_t error_user_read = 1 << 2;
    char* at = static_cast<char*>(to);
    for (uint64_t offset = from - PROGRAM_ARENA; bytes;) {
        uint64_t index = offset / FUTURE_CHUNK_BYTES, span = page_bytes - offset % page_bytes;
        if (span > bytes) span = bytes;
        uint64_t entry = chunk_look(chunk_pages(slot, index), offset / page_bytes % table_entries);
        if (entry && !entry_allows(entry, error_user_read)) return false;
        if (!entry) chunk_ready(machine_chunk(slot, index));  // Linux may have written there already
        __builtin_memcpy(at, direct(slots[slot].arena + offset), span);
        at += span;
        offset += span;
        bytes -= span;
    }
    return true;
}
