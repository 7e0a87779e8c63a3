// SPDX-License-Identifier: MIT
// The contract of futurek/arch/include, fulfilled with counters, and with a check of the lock order.
#include "fake_arch.h"

#include <doctest/doctest.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "arch/machine.h"

using namespace futurek;

namespace fake {

State* state;

namespace {

struct Space {
    char* arena = nullptr;
    uint64_t bytes = 0;
    unsigned char* channel = nullptr;
    uint64_t channel_bytes = 0;
} spaces[max_processes];

thread_local uint32_t held;  // bit n: a lock of rank n

}  // namespace

Machine::Machine(uint32_t cores, uint64_t memory) : page_map_(futurek::Machine::page_map_words(memory)) {
    state = &state_;
    size_t bytes = wire_channel_bytes(control_lines);
    channel_bytes_ = static_cast<unsigned char*>(aligned_alloc(64, bytes));
    memset(channel_bytes_, 0, bytes);
    auto* channel = reinterpret_cast<wire_channel*>(channel_bytes_);
    boot({cores, memory, FUTURE_MACHINE_HOSTED, channel, page_map_.data()});
    to_kernel_ = wire_sender_of(&channel->reply, wire_reply_lines(channel, control_lines), control_lines, &tail_);
    from_kernel_ = wire_receiver_of(&channel->request, wire_request_lines(channel), control_lines);
}

Machine::~Machine() {
    for (unsigned slot = 0; slot < max_processes; slot++)
        if (spaces[slot].arena) arch_process_destroy(slot);
    free(channel_bytes_);
}

void Machine::raw(const Message& message) {
    REQUIRE(wire_send(&to_kernel_, message.word) > 0);
    control_interrupt();
}

std::vector<Message> Machine::take() {
    std::vector<Message> all;
    Message message;
    do {
        wire_attend_requests(&reinterpret_cast<wire_channel*>(channel_bytes_)->request);
        while (wire_receive(&from_kernel_, message.word) > 0)
            if (message.type() != CONTROL_LOG_TYPE || message.flags() & WIRE_FLAG_REPLY) all.push_back(message);
        wire_publish_head(&from_kernel_);
    } while (!wire_leave_requests(&from_kernel_));
    return all;
}

wire_reply Machine::reply() {
    std::vector<Message> all = take();
    wire_reply body{};
    REQUIRE(all.size() == 1);
    REQUIRE((all[0].flags() & WIRE_FLAG_REPLY));
    REQUIRE(decode_reply(all[0], body));
    return body;
}

wire_reply Machine::ask_create(uint32_t cores, uint64_t memory, uint32_t flags, uint32_t ltn) {
    ask(control_create_request{0, cores, memory, 8, flags, 77}, ltn);
    return reply();
}

uint32_t Machine::create(uint32_t cores, uint64_t memory, uint32_t flags, uint32_t ltn) {
    wire_reply body = ask_create(cores, memory, flags, ltn);
    REQUIRE(body.error == 0);
    return static_cast<uint32_t>(body.result);
}

wire_reply Machine::run(uint32_t pid) {
    uint64_t base = process(pid).arena.address;
    ask(control_run_request{pid, base, base + 4096, base + 65536, 65536});
    return reply();
}

wire_reply Machine::kill(uint32_t pid, uint32_t signal) {
    ask(control_kill_request{pid, signal});
    return reply();
}

wire_reply Machine::confirm(uint32_t pid, uint32_t ltn) {
    ask(control_exit_confirm_request{pid}, ltn);
    return reply();
}

Process& Machine::process(uint32_t pid) {
    Process* found = kernel().machine.find(pid);
    REQUIRE(found);
    return *found;
}

}  // namespace fake

using fake::state;

void arch_lock(ArchLock& lock) {
    if (fake::held >> lock.rank) abort();  // against the order of core/lock.h
    while (__atomic_exchange_n(&lock.word, 1, __ATOMIC_ACQUIRE)) {
    }
    fake::held |= 1u << lock.rank;
}
void arch_unlock(ArchLock& lock) {
    fake::held &= ~(1u << lock.rank);
    __atomic_store_n(&lock.word, 0, __ATOMIC_RELEASE);
}

void arch_core_wait(unsigned) {}
void arch_core_start(unsigned core) {
    state->core[core].started = true;
    __atomic_store_n(&state->core[core].stops, 0, __ATOMIC_SEQ_CST);
}
void arch_core_stop(unsigned core) { __atomic_add_fetch(&state->core[core].stops, 1, __ATOMIC_SEQ_CST); }
void arch_core_change_program(unsigned core) { state->core[core].changes++; }
LeaveReason arch_program_run(unsigned core, const ProgramStart& start, ProgramException& exception) {
    return state->core[core].program ? state->core[core].program(start, exception) : LeaveReason::stopped;
}
bool arch_core_sleep(unsigned, uint64_t) { return state->sleep_rung; }
void arch_core_ring(unsigned, unsigned) {}
void arch_tick_wanted() { __atomic_add_fetch(&state->ticks_wanted, 1, __ATOMIC_SEQ_CST); }

Attempt<ProcessPlaces> arch_process_create(unsigned slot, const ProcessPlan& plan) {
    if (state->create_fails > 0) {
        state->create_fails--;
        return Error::no_memory;
    }
    fake::Space& space = fake::spaces[slot];
    space.bytes = plan.arena_bytes;
    space.arena = static_cast<char*>(
        mmap(nullptr, space.bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
    space.channel_bytes = wire_channel_bytes(WIRE_RING_LINES_MIN);
    space.channel = static_cast<unsigned char*>(aligned_alloc(64, space.channel_bytes));
    memset(space.channel, 0, space.channel_bytes);
    return ProcessPlaces{reinterpret_cast<uint64_t>(space.arena),
                         reinterpret_cast<uint64_t>(space.channel),
                         space.channel_bytes,
                         0x1000,
                         0x2000,
                         WIRE_RING_LINES_MIN,
                         reinterpret_cast<wire_channel*>(space.channel)};
}
void arch_process_destroy(unsigned slot) {
    fake::Space& space = fake::spaces[slot];
    munmap(space.arena, space.bytes);
    free(space.channel);
    space = {};
    state->destroyed++;
}
void arch_process_ring(unsigned) { state->linux_rings++; }
Attempt<Done> arch_pages_protect(unsigned, uint64_t, uint64_t, PageUse) {
    if (state->protect_fails > 0) {
        state->protect_fails--;
        return Error::no_memory;
    }
    return Done{};
}
void arch_pages_discard(unsigned slot, uint64_t offset, uint64_t bytes) {
    memset(fake::spaces[slot].arena + offset, 0, bytes);
}
void arch_pages_expect(unsigned, uint64_t, uint64_t, uint64_t) {}
bool arch_copy_from_program(void* to, uint64_t from, uint64_t bytes) {
    if (!state->readable) return false;
    memcpy(to, reinterpret_cast<void*>(from), bytes);
    return true;
}

uint64_t arch_clock_ns() { return 1; }
void arch_control_ring() {
    if (fake::held) abort();  // a hosted core may deliver messages now, which takes locks
    __atomic_add_fetch(&state->control_rings, 1, __ATOMIC_SEQ_CST);
}
void arch_console_line(const char* text, unsigned bytes) { state->console.emplace_back(text, bytes); }
void arch_panic(const char* text) {
    fprintf(stderr, "panic: %s\n", text);
    abort();
}
