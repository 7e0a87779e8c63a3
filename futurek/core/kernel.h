// SPDX-License-Identifier: MIT
// The kernel as a whole: its parts in the order of their construction, its boot, and what each core does.
#pragma once

#include "channel.h"
#include "log.h"
#include "machine.h"

namespace futurek {

// What the port found or was told. All memory here is zeroed and stays for good.
struct BootInfo {
    uint32_t cores;         // 1 … max_cores
    uint64_t memory_bytes;  // of arenas
    uint32_t machine_kind;  // enum future_machine_kind
    wire_channel* channel;  // channel 0, of control_lines lines
    uint64_t* page_map;     // Machine::page_map_words(memory_bytes)
};

struct Core {
    uint32_t number = 0;
    bool online = false;
    // What it runs; written by who starts it, under the process's lock, and constant while it runs.
    Process* process = nullptr;
    uint32_t index = 0;
    ProgramStart start = {};
    uint32_t last_pid = 0;  // its own: of the process that it ran last
};

struct Kernel {
    explicit Kernel(const BootInfo& info);

    BootInfo info;
    Channel channel;
    Log log;
    Machine machine;
    Core cores[max_cores];
    uint32_t cores_online = 0;
};

Kernel& kernel();

// Makes the kernel, before any core runs.
void boot(const BootInfo& info);

// Core `number` is up; the last one to say so sends boot_complete.
void core_online(unsigned number);

// What a core does for ever.
[[noreturn]] void core_main(unsigned number);

// One program run, from arch_core_start to the core's being out of it. False: there was nothing to do.
bool core_turn(unsigned number);

}  // namespace futurek
