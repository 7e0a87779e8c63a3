// SPDX-License-Identifier: MIT
// libdwfl walks; we are its process: one thread, whose registers and memory we have.
#include "program/unwinder.h"

namespace future {

namespace {

constexpr pid_t kThread = 1;  // any number will do

}  // namespace

Unwinder::Unwinder(const Symbols& symbols, const guest_memory& memory) : symbols_(symbols), memory_(memory) {
    static const Dwfl_Thread_Callbacks callbacks = {next_thread, nullptr, read_memory, set_registers, nullptr, nullptr};
    attached_ = symbols.module() && dwfl_attach_state(symbols.session(), nullptr, kThread, &callbacks, this);
}

pid_t Unwinder::next_thread(Dwfl*, void* unwinder, void** state) {
    if (*state) return 0;
    *state = unwinder;
    return kThread;
}

// Addresses of code in memory are the program's, those that libdwfl knows are of where it has placed the file.
bool Unwinder::read_memory(Dwfl*, Dwarf_Addr address, Dwarf_Word* result, void* unwinder) {
    const Unwinder& self = *static_cast<Unwinder*>(unwinder);
    uint64_t word;
    if (self.memory_.copy_in(&word, self.symbols_.loaded(address), sizeof word) != 0) return false;
    *result = self.symbols_.placed(word);
    return true;
}

bool Unwinder::set_registers(Dwfl_Thread* thread, void* unwinder) {
    const Unwinder& self = *static_cast<Unwinder*>(unwinder);
    Registers registers = self.registers_;
    registers[kRip] = self.symbols_.placed(registers[kRip]);
    return dwfl_thread_state_registers(thread, 0, registers.size(), registers.data());
}

int Unwinder::take_frame(Dwfl_Frame* frame, void* unwinder) {
    Unwinder& self = *static_cast<Unwinder*>(unwinder);
    Dwarf_Addr address;
    bool is_activation;
    if (!dwfl_frame_pc(frame, &address, &is_activation)) return DWARF_CB_ABORT;
    address = self.symbols_.loaded(address);
    const bool moved = self.first_ && self.stopped_ == Stopped::behind_call;
    // An address that is none of the program's: the walk has gone astray.
    if (!self.first_ && !self.symbols_.inside(address)) return DWARF_CB_ABORT;
    self.frames_.push_back({address + moved, moved || !is_activation});
    self.first_ = false;
    return self.frames_.size() < self.limit_ ? DWARF_CB_OK : DWARF_CB_ABORT;
}

std::vector<Frame> Unwinder::trace(const Registers& registers, Stopped stopped, size_t limit) {
    registers_ = registers;
    stopped_ = stopped;
    limit_ = limit;
    first_ = true;
    frames_.clear();
    // What has no table was just called, as far as we know: by a null pointer, or it is a leaf written in assembly.
    if (stopped == Stopped::anywhere && !symbols_.can_unwind(registers[kRip])) {
        uint64_t caller;
        frames_.push_back({registers[kRip], false});
        if (memory_.copy_in(&caller, registers[kRsp], sizeof caller) != 0 || !symbols_.can_unwind(caller - 1))
            return frames_;
        registers_[kRip] = caller;
        registers_[kRsp] += sizeof caller;
        stopped_ = Stopped::behind_call;
    }
    // Behind a call of what never returns another function may begin: the table of the call itself is the right one.
    if (stopped_ == Stopped::behind_call) registers_[kRip]--;
    if (attached_) dwfl_getthread_frames(symbols_.session(), kThread, take_frame, this);
    if (frames_.empty()) frames_.push_back({registers[kRip], stopped == Stopped::behind_call});
    return frames_;
}

}  // namespace future
