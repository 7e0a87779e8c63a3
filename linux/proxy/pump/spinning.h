// SPDX-License-Identifier: MIT
// How long the leader looks for the next request before it sleeps: idl/wire/patience.h, and whether others want its CPU.
#pragma once

#include "idl/wire/patience.h"
#include "pump/replies.h"
#include "pump/run_delay.h"

namespace future {

// The leader's.
class Spinning {
public:
    // turns: fixed, or WIRE_SPIN_LEARNS.
    Spinning(uint32_t turns, Replies& replies);

    // So many turns were in vain. False: that was for long enough.
    bool goes_on(unsigned turns);
    // A request came while the leader spun.
    void won(RunDelay& run_delay);
    // None came: it sleeps.
    void gave_up();
    // The leader was rung: two wake-ups after it has rung a core, if nobody had anything else to do.
    void was_rung();

private:
    uint32_t turns_;
    Replies& replies_;
    wire_patience patience_;
    bool spun_ = false;                // in this wait
    uint64_t next_look_at_cpus_ = 0;  // ns, CLOCK_MONOTONIC: whether others take this one
};

}  // namespace future
