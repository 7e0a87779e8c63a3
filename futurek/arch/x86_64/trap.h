// SPDX-License-Identifier: MIT
// What entry.S hands to C++ when a trap comes, and where it may come in the kernel.
#pragma once

#include <stdint.h>

#include "arch/processor.h"

namespace futurek::native {

struct TrapFrame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t vector, error;
    uint64_t rip, cs, rflags, rsp, ss;
};
static_assert(sizeof(TrapFrame) == 176);  // entry.S; a multiple of 16

// machine.cc. A trap in the kernel itself: the end, with all registers.
[[noreturn]] void panic_with(const char* text, const TrapFrame& frame);

// trap.cc. Its registers, in the order of arch/processor.h.
void record(ProgramException& to, const TrapFrame& from, uint32_t signal, uint32_t code, uint64_t address);

extern "C" {
// Until an interrupt comes, or one that came before is taken: see processor.cc. Interrupts are off, before and after.
void native_halt();
extern const char native_halt_at[], native_halt_end[];  // its hlt, and behind it
}

}  // namespace futurek::native
