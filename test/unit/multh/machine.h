// SPDX-License-Identifier: MIT
// A machine for tests: virtual cores, and a fake proxy that answers NOP calls as kindly or as badly as it is told.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "linux_port.h"

struct ProxyHabits {
    bool reorder = false;             // answers what has piled up in a random order
    bool never_spins = true;          // sleeps as soon as the ring is empty
    unsigned wrong_sequences = 0;     // every n-th reply is preceded by one with a wrong sequence, and one for nobody
    unsigned spurious_rings = 0;      // every n-th reply rings some core without a reason
    unsigned hold_back = 0;           // collects so many requests before it answers the first (as long as more come)
    uint64_t pause_us = 0;            // sleeps so long now and then, not attending the ring
};

struct MachineOptions {
    uint32_t cores = 1;
    uint32_t max_threads = 4096;
    uint32_t ring_lines = 256;
    uint32_t spin_limit = 0;
    uint64_t fake_clock_ns = 0;
    ProxyHabits habits = {};
};

struct MachineResult {
    int status;
    uint64_t requests, oneway, cancels;
};

// Runs `program` as a MULiTh main thread; its result is the exit status.
MachineResult run_machine(const MachineOptions &options, std::function<int()> program);

// A NOP call: Linux answers with `result`, once it pleases. Negative results are the fake proxy's orders:
constexpr int64_t never_until_cancelled = -1000;
int64_t nop(int64_t result);
// The same as a cancellation point.
int64_t nop_cancellable(int64_t result);
void nop_oneway();
// The error of the last nop of this MULiTh thread's own making.
struct NopReply { int64_t result; int32_t error; };
NopReply nop_reply(int64_t result, unsigned lines = 1);
