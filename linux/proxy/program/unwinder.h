// SPDX-License-Identifier: MIT
// From a thread's registers to its calls, by the program file's .eh_frame or .debug_frame and the program's memory.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "future/handler.h"
#include "program/symbols.h"

namespace future {

// In DWARF's order: rax rdx rcx rbx rsi rdi rbp rsp r8…r15 rip.
using Registers = std::array<uint64_t, 17>;
inline constexpr size_t kRbx = 3, kRbp = 6, kRsp = 7, kR12 = 12, kR13 = 13, kR14 = 14, kR15 = 15, kRip = 16;

struct Frame {
    uint64_t address;   // of the program: the next instruction
    bool is_call;       // it lies behind a call; false: the thread was right there
    uint64_t looked_up() const { return is_call ? address - 1 : address; }
};

// Memory and file may be nonsense: every read is bounded by the arena, every trace by `limit`.
class Unwinder {
public:
    Unwinder(const Symbols&, const guest_memory&);
    Unwinder(const Unwinder&) = delete;
    Unwinder& operator=(const Unwinder&) = delete;

    enum class Stopped { anywhere, behind_call };
    // Innermost first, at least one frame, at most `limit`.
    std::vector<Frame> trace(const Registers&, Stopped, size_t limit);

private:
    static pid_t next_thread(Dwfl*, void* unwinder, void** state);
    static bool read_memory(Dwfl*, Dwarf_Addr, Dwarf_Word* result, void* unwinder);
    static bool set_registers(Dwfl_Thread*, void* unwinder);
    static int take_frame(Dwfl_Frame*, void* unwinder);

    const Symbols& symbols_;
    guest_memory memory_;
    bool attached_ = false;
    Registers registers_ = {};
    Stopped stopped_ = Stopped::anywhere;
    bool first_ = true;  // of the walk
    size_t limit_ = 0;
    std::vector<Frame> frames_;
};

}  // namespace future
