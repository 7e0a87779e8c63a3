// SPDX-License-Identifier: MIT
// A process: some cores, one arena, one channel. Its life: docs/kernel.md.
#pragma once

#include "../../idl/wire/device.h"
#include "arch/memory.h"
#include "arch/processor.h"
#include "channel.h"
#include "control_message.h"
#include "limits.h"
#include "lock.h"
#include "pages.h"
#include "user.h"

namespace futurek {

// How a process ended; the first reason counts.
struct End {
    uint32_t kind = 0;  // ControlExitKind; 0: it has not
    int32_t value = 0;
};

struct Process {
    Lock lock{LockRank::process};

    // Set at create and unchanged until the process is freed, which happens when no core is in it.
    uint32_t slot = 0;
    uint32_t pid = 0;  // 0: the slot is free (Locked<Machine>)
    Owner owner;       // who created it, and hears of it
    uint32_t cores = 0;
    uint8_t core_number[max_cores] = {};  // the machine's numbers
    uint64_t core_mask = 0;
    uint64_t arena_offset = 0;
    Arena arena;
    ProcessPlaces places = {};

    // Locked<Process>.
    uint32_t state = 0;    // enum future_process_state
    uint64_t started = 0;  // bit n: core n of the process was started and has not left
    uint64_t start_block = 0;
    End end;
    Pages pages;
};

// A core leaves a process, or a process ended without one: the last of them makes the process dead. What is to be
// said to Linux then is returned, to be sent with no lock held.
struct [[nodiscard]] Farewell {
    bool dead = false;
    uint32_t pid = 0;
    Owner owner;
    End end;
};

// Starts core `index`, which does not run. Locked by the caller, state running.
void process_start_core(Locked<Process>& process, uint32_t index, const ProgramStart& start);

// Marks the process dying and stops all its cores but `except` (an index, or max_cores: stop all). Nothing happens to
// a process that is dying or dead. True: it is this call's doing.
bool process_end(Locked<Process>& process, End end, uint32_t except);

// Core `index` is out of the program and will not touch the process again.
void process_core_left(Locked<Process>& process, uint32_t index);

// The process has no running core: is it dead by that? Says so once.
Farewell process_farewell(Locked<Process>& process);

// Sends the exit notice of a dead process; the process must not be touched afterwards.
void send_farewell(Channel& channel, const Farewell& farewell);

}  // namespace futurek
