// SPDX-License-Identifier: MIT
// The caller of generated dispatch, as the pump sets it up.
#pragma once

#include "future/caller.h"

namespace future {

// The caller that generated dispatch sees; whoever executes a call sets it up before.
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

}  // namespace future
