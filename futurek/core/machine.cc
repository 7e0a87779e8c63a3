// SPDX-License-Identifier: MIT
// Giving and taking back: all checks of a create come first, then the pieces, then the port's address space.
#include "machine.h"

namespace futurek {

Machine::Machine(uint32_t cores, uint64_t memory_bytes, uint64_t* page_map)
    : cores_(cores),
      free_cores_(cores == 64 ? ~0ull : (1ull << cores) - 1),
      memory_(memory_bytes),
      taken_map_(page_map),
      guarded_map_(page_map + page_map_words(memory_bytes) / 2) {
    for (unsigned index = 0; index < max_processes; index++) processes_[index].slot = index;
}

namespace {

Attempt<uint64_t> arena_size(const control_create_request& body) {
    if (body.cores < 1 || body.cores > max_cores || body.max_threads < 1 || body.max_threads > max_threads_limit ||
        body.flags & ~uint64_t{FUTURE_CREATE_WAIT} || body.memory_bytes == 0 ||
        body.memory_bytes > ~0ull - extent_align)
        return Error::invalid;
    return (body.memory_bytes + extent_align - 1) & ~(extent_align - 1);
}

}  // namespace

// By hand: not every x86-64 has popcnt.
uint32_t Machine::free_cores() const {
    uint32_t count = 0;
    for (uint64_t rest = free_cores_; rest; rest &= rest - 1) count++;
    return count;
}

bool Machine::possible_later(const control_create_request& body) const {
    Attempt<uint64_t> bytes = arena_size(body);
    bool others = free_cores() != cores_;
    return others && bytes.ok() && body.cores <= cores_ && bytes.value() <= memory_.bytes();
}

Attempt<Process*> Machine::create(const control_create_request& body) {
    Attempt<uint64_t> bytes = arena_size(body);
    if (!bytes.ok()) return bytes.failure();
    Process* process = free_slot();
    if (!process || body.cores > free_cores()) return Failure{Error::busy, process ? free_cores() : 0};
    Attempt<uint64_t> offset = memory_.allocate(bytes.value());
    if (!offset.ok()) return offset.failure();

    uint64_t free_before = free_cores_;
    claim_cores(*process, static_cast<uint32_t>(body.cores));
    ProcessPlan plan{process->cores, process->core_number, offset.value(), bytes.value()};
    Attempt<ProcessPlaces> places = arch_process_create(process->slot, plan);
    if (!places.ok()) {
        free_cores_ = free_before;
        memory_.free(offset.value());
        return places.failure();
    }
    wire_channel_init(places.value().channel, places.value().ring_lines, static_cast<uint32_t>(body.max_threads),
                      process->cores);

    Locked<Process> fresh(*process);
    fresh->pid = next_pid();
    fresh->arena_offset = offset.value();
    fresh->arena = {places.value().arena_address, bytes.value()};
    fresh->places = places.value();
    fresh->state = FUTURE_PROCESS_CREATED;
    fresh->started = 0;
    fresh->end = {};
    uint64_t word = offset.value() / page_bytes / 64;
    fresh->pages = Pages(taken_map_ + word, guarded_map_ + word, bytes.value());
    return process;
}

void Machine::release(Process& process) {
    arch_process_destroy(process.slot);
    memory_.free(process.arena_offset);
    free_cores_ |= process.core_mask;
    process.core_mask = 0;
    process.pid = 0;
    Locked<Process> held(process);
    held->pages.clear();
    held->state = 0;
}

Process* Machine::find(uint32_t pid) {
    for (Process& process : processes_)
        if (pid && process.pid == pid) return &process;
    return nullptr;
}

Process* Machine::free_slot() {
    for (Process& process : processes_)
        if (!process.pid) return &process;
    return nullptr;
}

uint32_t Machine::next_pid() {
    do last_pid_ = last_pid_ % 0x7fffffff + 1;
    while (find(last_pid_));
    return last_pid_;
}

void Machine::claim_cores(Process& process, uint32_t count) {
    process.cores = count;
    process.core_mask = 0;
    for (uint32_t index = 0; index < count; index++) {
        uint64_t lowest = free_cores_ & -free_cores_;
        process.core_number[index] = static_cast<uint8_t>(__builtin_ctzll(lowest));
        process.core_mask |= lowest;
        free_cores_ &= ~lowest;
    }
}

bool Machine::wait(const CreateRequest& request) {
    if (waiting_count_ == max_waiting) return false;
    waiting_[waiting_count_++] = request;
    return true;
}

bool Machine::withdraw(uint32_t ltn) {
    for (unsigned index = 0; index < waiting_count_; index++)
        if (waiting_[index].ltn == ltn) {
            drop_waiting(index);
            return true;
        }
    return false;
}

void Machine::drop_waiting(unsigned index) {
    for (waiting_count_--; index < waiting_count_; index++) waiting_[index] = waiting_[index + 1];
}

}  // namespace futurek
