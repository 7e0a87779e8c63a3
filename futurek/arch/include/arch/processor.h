// SPDX-License-Identifier: MIT
// Contract: the cores: waiting for work, running a program, sleeping, being rung and being stopped.
#pragma once

#include <stdint.h>

struct ProgramStart {
    uint64_t entry;        // program address; rsp is stack_top there, as at a Linux _start
    uint64_t start_block;  // rdi
    uint64_t core;         // rsi: the core's index within its process
    uint64_t stack_top;
};

// What a program did that the processor refused. Registers in the order rax rbx rcx rdx rsi rdi rbp rsp r8…r15 rip
// rflags.
enum { ARCH_RIP = 16, ARCH_REGISTERS = 18 };
struct ProgramException {
    uint32_t signal;  // Linux's number
    uint32_t code;    // Linux's si_code
    uint64_t address;
    uint64_t registers[ARCH_REGISTERS];
};

enum class LeaveReason : uint32_t {
    stopped = 0,    // a system call said so, or arch_core_stop
    exception = 1,  // `exception` is filled in
};

// Runs on core `core`: waits until arch_core_start(core), and returns once for each.
void arch_core_wait(unsigned core);

// Runs on core `core`: enters the program and returns when the core has left it for good. The program's general,
// vector and segment registers are gone then. Of a core stopped in the program's own code a port tells where that was:
// it fills exception.registers, all zero until then.
// Program's calls arrive at futurek::syscall meanwhile, on this core.
LeaveReason arch_program_run(unsigned core, const ProgramStart& start, ProgramException& exception);

// Runs on core `core`, before arch_program_run of another process than the one that was last run there: what the processor
// has learnt of that one must not steer this one, nor tell of it.
void arch_core_change_program(unsigned core);

// Ends arch_core_wait, and takes back every earlier arch_core_stop. Called before the core is told its work.
void arch_core_start(unsigned core);

// Makes a core leave its program: at once from program code, at the next return from a system call else. Does not
// wait. It may have to be repeated (futurek::tick): a program may have overwritten the word its core sleeps on.
void arch_core_stop(unsigned core);

// Runs on core `core`, in a system call: sleeps until rung, stopped, or `deadline` on arch_clock_ns. False: deadline.
bool arch_core_sleep(unsigned core, uint64_t deadline);

// Rings the doorbell of a core of `slot`'s process: a sleep of it ends, or its next one ends at once.
void arch_core_ring(unsigned slot, unsigned index);

// Processes are dying: call futurek::tick soon, and again, until it returns false.
void arch_tick_wanted();
