// SPDX-License-Identifier: MIT
// What a core has of its own, and where machine memory is found.
#pragma once

#include "../../abi/native.h"
#include "../../core/limits.h"
#include "arch/processor.h"
#include "layout.h"

namespace futurek::native {

struct [[gnu::packed]] TaskState {
    uint32_t reserved0;
    uint64_t stack[3];  // of rings 0 to 2
    uint64_t reserved1;
    uint64_t interrupt_stack[7];  // 1 NMI, 2 machine check, 3 debug, 4 double fault
    uint64_t reserved2;
    uint16_t reserved3;
    uint16_t io_map;
};
static_assert(sizeof(TaskState) == 104);

enum : uint32_t { attention_stop = 1, attention_flush = 2 };

struct PerCore {
    uint64_t kernel_stack;  // where system calls and traps of the program begin: below is arch_program_run's frame
    uint64_t user_stack;    // for two instructions
    uint32_t number;
    // 1: in ring 3, or bound to go there without another look at `attention`. Set by exchange before that look, so of
    // a core that goes and one that asks for attention and then looks at this, at least one sees the other.
    uint32_t in_program;
    uint32_t attention;  // attention_*
    uint32_t work;       // arch_core_start → arch_core_wait
    uint32_t slot;       // of the process that owns it
    uint32_t timer_per_ms;
    bool x2apic, deadline_timer;
    bool flush_branches;  // speculation.h
    uint64_t clean_epoch;  // dirty_epoch (chunk.h) at which no dirty chunk was found
    alignas(64) TaskState task;
    uint64_t segments[8];
    ProgramException exception;
};
static_assert(offsetof(PerCore, kernel_stack) == CORE_KERNEL_STACK && offsetof(PerCore, user_stack) == CORE_USER_STACK);
static_assert(offsetof(PerCore, number) == CORE_NUMBER && offsetof(PerCore, in_program) == CORE_IN_PROGRAM);
static_assert(offsetof(PerCore, attention) == CORE_ATTENTION && offsetof(PerCore, task) == CORE_TSS);
static_assert(sizeof(PerCore) <= page_bytes);
static_assert(offsetof(future_native_boot, core) + offsetof(future_native_core, stage) == BOOT_CORE_STAGE);

inline PerCore& core_at(unsigned number) {
    return *reinterpret_cast<PerCore*>(CORES_ADDRESS + uint64_t{number} * CORE_SPACE);
}
// Not before native_core: the boot stack is nobody's.
inline PerCore& this_core() {
    uint64_t stack;
    __asm__("mov %%rsp, %0" : "=r"(stack));
    return *reinterpret_cast<PerCore*>(stack & ~uint64_t{CORE_SPACE - 1});
}

// The first chunks, at the addresses they are linked for, from the first instruction on.
inline char* fixed(uint64_t offset) { return reinterpret_cast<char*>(FUTURE_NATIVE_BASE + offset); }
inline future_native_boot& boot_block() { return *reinterpret_cast<future_native_boot*>(fixed(FUTURE_NATIVE_BOOT)); }
inline future_native_core& shared_core(unsigned number) { return boot_block().core[number]; }

// All chunks, once the kernel's tables are in use.
inline char* direct(uint64_t offset) { return reinterpret_cast<char*>(DIRECT_ADDRESS + offset); }
inline uint64_t physical(uint64_t offset) {
    const uint64_t* chunks = reinterpret_cast<const uint64_t*>(fixed(FUTURE_NATIVE_CHUNKS));
    return chunks[offset / FUTURE_CHUNK_BYTES] + offset % FUTURE_CHUNK_BYTES;
}

// What core 0 took from behind the image; machine offsets. Constant after boot.
struct Carved {
    uint64_t root;          // physical: the kernel's own page tables
    uint64_t chunk_tables;  // a page a chunk, from arenas on: its table once it is split
    uint64_t slots;         // slot_pages pages a slot: PML4, PDPT, PD and PT of the fixed places, core words, PDs of the arena
    uint64_t slot_pages;
    uint64_t channels;  // channel_pages pages a slot
    uint64_t page_map;
    uint64_t arenas;       // where the arenas begin
    uint64_t arena_bytes;  // in all
};
extern Carved carved __asm__("native_carved");
inline constexpr uint64_t channel_bytes =
    (WIRE_RINGS_OFFSET + 2 * WIRE_RING_LINES_DEFAULT * WIRE_LINE_BYTES + page_bytes - 1) & ~(page_bytes - 1);

}  // namespace futurek::native
