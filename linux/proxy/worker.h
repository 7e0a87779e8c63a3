// SPDX-License-Identifier: MIT
// A thread of the proxy that serves calls, with everything it needs so that the fast path allocates nothing.
#pragma once

#include <pthread.h>

#include <vector>

#include "record.h"
#include "run_delay.h"

namespace future {

class Pump;

// The caller that generated dispatch sees; the pump sets it up before each call.
class PumpCaller final : public caller {
public:
    PumpCaller(const guest_memory& memory, int descriptor_limit) : caller(memory, 0, descriptor_limit) {}
    void begin(uint32_t ltn, bool attempt, const std::atomic<uint32_t>* cancelled) {
        ltn_ = ltn;
        attempt_only_ = attempt;
        cancelled_ = cancelled;
        retry_when_ready_ = false;
        parked_descriptor_ = -1;
    }
    // The program may have closed its descriptor since the call was parked; the call goes on with the file it began with.
    void use_duplicate(int fd, int duplicate) {
        parked_as_ = fd;
        parked_descriptor_ = duplicate;
    }
    bool retry_when_ready() const { return retry_when_ready_; }
};

struct CallTally {
    uint64_t calls = 0, bytes = 0;
};

struct Worker {
    Worker(Pump& owner, const guest_memory& memory, int descriptor_limit, size_t served)
        : pump(owner), call(memory, descriptor_limit), tally(served), run_delay(descriptor_limit) {}

    Outcome execute(const Call& request, const uint64_t* body, wire_reply& reply) {
        executes.store(request.info, std::memory_order_relaxed);
        const Outcome outcome = request.info->execute(request.handler, call, body, request.words, reply);
        executes.store(nullptr, std::memory_order_relaxed);
        return outcome;
    }

    alignas(64) uint64_t message[WIRE_MESSAGE_MAX / sizeof(uint64_t)];
    Pump& pump;
    PumpCaller call;
    std::vector<CallTally> tally;
    RunDelay run_delay;    // its thread's
    bool leads = false;    // takes requests off the ring: must not block
    std::atomic<pid_t> tid{0};
    // The flag that ends the blocking call this worker is in; null outside of one.
    std::atomic<std::atomic<uint32_t>*> cancel_flag{nullptr};
    std::atomic<uint32_t> own_flag{0};  // for calls without a record
    std::atomic<const CallInfo*> executes{nullptr};  // for who waits for us in vain, and asks why
    pthread_t thread{};
};

}  // namespace future
