// SPDX-License-Identifier: MIT
// A thread of the proxy that serves calls, with everything it needs so that the fast path allocates nothing.
#pragma once

#include <pthread.h>

#include <functional>
#include <vector>

#include "pump/ending.h"
#include "pump/leadership.h"
#include "pump/owned_call.h"
#include "pump/pump_caller.h"
#include "pump/run_delay.h"

namespace future {

struct CallTally {
    uint64_t calls = 0, bytes = 0;
};

struct WorkerSettings {
    guest_memory memory;
    int descriptor_limit = 0;
    size_t calls_served = 0;  // statistics below it
};

class Worker {
public:
    Worker(const WorkerSettings& settings, Ending& ending)
        : call(settings.memory, settings.descriptor_limit), tally(settings.calls_served), run_delay(settings.descriptor_limit),
          ending_(ending) {}

    // The thread runs `body` once, with no signal unblocked but the one that interrupts it. False: errno says why.
    bool start(std::function<void(Worker&)> body);

    // The leader's attempt at a call that is not in flight: it never blocks.
    Outcome attempt(const Call& call, const uint64_t* body, wire_reply& reply);
    // The same at one that was parked, on its duplicate.
    Outcome attempt(const OwnedCall& call, wire_reply& reply);
    // The call may block; cancel and stop end it.
    Outcome block_in(OwnedCall& call, wire_reply& reply);
    // A system call of the pump's own, which stop ends.
    long own_call(long number, long a, long b, long c);

    // Ends the blocking call this worker is in. Who goes into one after the pump was stopped sees that himself.
    void interrupt_call();
    pid_t tid() const { return tid_.load(); }
    // That this worker is in, for who waits for it in vain, and asks why; nullptr: none.
    const CallInfo* executes() const { return executes_.load(); }

    alignas(64) uint64_t message[WIRE_MESSAGE_MAX / sizeof(uint64_t)];
    PumpCaller call;
    std::vector<CallTally> tally;
    RunDelay run_delay;       // its thread's
    Leadership::Token leads;  // not empty: it takes requests off the ring, and must not block
    pthread_t thread{};

private:
    Outcome execute(const Call& request, const uint64_t* body, wire_reply& reply) {
        executes_.store(request.info, std::memory_order_relaxed);
        const Outcome outcome = request.info->execute(request.handler, call, body, request.words, reply);
        executes_.store(nullptr, std::memory_order_relaxed);
        return outcome;
    }
    void interruptible_by(std::atomic<uint32_t>& flag);

    Ending& ending_;
    std::function<void(Worker&)> body_;
    std::atomic<pid_t> tid_{0};
    // The flag that ends the blocking call this worker is in; null outside of one.
    std::atomic<std::atomic<uint32_t>*> cancel_flag_{nullptr};
    std::atomic<uint32_t> own_flag_{0};  // for calls without a record
    std::atomic<const CallInfo*> executes_{nullptr};
};

inline Outcome Worker::attempt(const Call& request, const uint64_t* body, wire_reply& reply) {
    call.begin(request.ltn, request.info->flags & kMayBlock, nullptr);
    return execute(request, body, reply);
}

}  // namespace future
