// SPDX-License-Identifier: MIT
// Contract: what a process sees in memory: its arena, its channel, the kernel's entry table and time page.
#pragma once

#include <stdint.h>

#include "../../../core/attempt.h"

struct wire_channel;

// Where a process finds things (program addresses), and where the kernel finds the channel.
struct ProcessPlaces {
    uint64_t arena_address;
    uint64_t channel_address;
    uint64_t channel_bytes;
    uint64_t entry_table;
    uint64_t time_page;
    uint32_t ring_lines;
    struct wire_channel* channel;  // zeroed, of ring_lines lines
};

struct ProcessPlan {
    uint32_t cores;
    const uint8_t* core_numbers;  // the machine's numbers of them; the port may keep a copy
    uint64_t arena_offset;        // in machine memory, 2 MiB aligned
    uint64_t arena_bytes;         // a multiple of 2 MiB
};

// Makes the address space of process `slot`: zeroed arena, zeroed channel. ENOMEM, EMFILE. Control messages only.
futurek::Attempt<ProcessPlaces> arch_process_create(unsigned slot, const ProcessPlan& plan);

// Takes it all back; no core runs in it any more. Nothing in it may be seen by the next process.
void arch_process_destroy(unsigned slot);

// Rings Linux's doorbell of the process.
void arch_process_ring(unsigned slot);

enum class PageUse : uint32_t { none, read, read_write, program /* as at create: code may run in it */ };

// Whole pages of the arena, `offset` from its start. ENOMEM: no more mappings; nothing was changed then.
futurek::Attempt<futurek::Done> arch_pages_protect(unsigned slot, uint64_t offset, uint64_t bytes, PageUse use);
// Contents are gone; the pages read as zero afterwards. They have PageUse::program.
void arch_pages_discard(unsigned slot, uint64_t offset, uint64_t bytes);

// The last of each `stride` pages of the range, whole pages of the arena, will be written soon: a port may have them ready.
// Called with no lock held, by one of the process's cores.
void arch_pages_expect(unsigned slot, uint64_t offset, uint64_t bytes, uint64_t stride);

// Copies from program memory that lies within the arena, but may be protected. False: it could not be read.
bool arch_copy_from_program(void* to, uint64_t from, uint64_t bytes);
