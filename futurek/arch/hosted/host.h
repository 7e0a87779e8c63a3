// SPDX-License-Identifier: MIT
// What the parts of the hosted machine share: a block for each core (GS base), a record for each process.
#pragma once

#include <stdint.h>

#include "../../../idl/wire/channel.h"
#include "../../abi/time_page.h"
#include "../../core/limits.h"
#include "arch/memory.h"
#include "arch/processor.h"

namespace futurek::hosted {

enum Mode : uint8_t { mode_kernel = 0, mode_program = 1 };  // also Syscall User Dispatch's selector: 1 traps

// One for each thread that may take a signal; the offsets are known to entry.S.
struct alignas(64) HostCore {
    HostCore* self;
    uint64_t kernel_stack;  // rsp at which entry stubs start, while a program is entered
    volatile uint8_t mode;  // enum Mode
    uint8_t pad[3];
    uint32_t stop;   // leave the program as soon as you can
    uint64_t entry;  // where the program begins
    uint32_t number;
    uint32_t work;    // futex: enum Work
    uint64_t thread;  // the program's word (abi/core_words.h)
    // From here on unknown to assembly.
    char* arena;         // of the process that it belongs to
    uint64_t arena_bytes;
    uint32_t* doorbell;  // the channel's word of the core that this is of its process
    uint64_t attend;     // a context to serve while waiting for work (device.h), 0: none
    int32_t tid;
    ProgramException exception;
};

enum Work : uint32_t { work_none = 0, work_there = 1, work_asleep = 2, work_at_door = 3 };  // the last: asleep there

struct HostProcess {
    uint64_t arena_offset, arena_bytes;
    char* arena;
    wire_channel* channel;
    uint64_t channel_bytes;
    uint32_t ring_lines;
    int arena_fd = -1, channel_fd = -1, doorbell_fd = -1;
};

extern HostCore host_core[max_cores];
extern HostProcess host_process[max_processes];
extern HostCore host_main;  // the device's thread

// "Linux refuses WHAT: ERRNO" in words; valid until the next. For the start, which has one thread.
const char* refused(const char* what);

// Each returns nullptr, or what is wrong in words.
const char* memory_start(uint64_t bytes);
const char* traps_start();
const char* clock_start(bool by_tsc);  // false: programs ask Linux, as where the TSC is no clock
const char* processors_start(unsigned cores, bool lasting);  // lasting: idle cores have homes (home.h)

// Called on each thread that is to take signals. nullptr, or what is wrong in words.
const char* traps_adopt(HostCore& core, bool dispatch);

HostProcess* process_at(uint64_t arena_offset);
// Where arenas lie, now or ever: [first, end), whole extents. Behind it are two extents that are nobody's.
struct Addresses {
    uint64_t first, end;
};
Addresses memory_addresses();

// The spare: what the next create is likely to need, made in advance. Device only.
bool memory_spare_wanted();
void memory_make_spare();
// The pages that a program begins with are mapped at once, before the one that `core` is to run touches them one by one.
void memory_expect_program(unsigned core);

// The time page: refreshed when it is older than about a second. Device only.
void clock_refresh();
const future_time_page* clock_page();
uint64_t clock_ask(uint64_t clock);  // enum future_clock
extern bool console_wanted;  // --log

// Lets an idle core serve a context for a moment: the next thing on it is this core's program. False: it has another.
bool core_attend(unsigned number, uint64_t context);

// True: this thread may spin for a moment; then spin_end.
bool spin_begin();
void spin_end();

}  // namespace futurek::hosted

extern "C" {
uint64_t future_hosted_enter(const ProgramStart* start);
void future_hosted_leave();
void future_hosted_restorer();
extern char future_hosted_restorer_end[];
extern char future_hosted_copy_at[], future_hosted_copy_fault[];
uint64_t future_hosted_copy(void* to, uint64_t from, uint64_t bytes);
extern const struct future_entry_table future_hosted_entry_table;
}
