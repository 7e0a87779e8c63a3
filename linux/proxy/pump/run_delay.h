// SPDX-License-Identifier: MIT
// How long a thread has waited for a CPU that others had: /proc/thread-self/schedstat, see proc_pid_schedstat in Linux's
// Documentation/scheduler/sched-stats.rst.
#pragma once

#include <cstdint>

#include "ground/descriptor.h"

namespace future {

class RunDelay {
public:
    explicit RunDelay(int lowest_descriptor) : lowest_descriptor_(lowest_descriptor) {}

    // Nanoseconds since the last call, less `each` for every time that the thread was let in: so much a wake-up takes with
    // nobody else there. 0 the first time, if the last time is longer ago than `recent`, and where Linux does not tell.
    // `now` is CLOCK_MONOTONIC, in nanoseconds as all of it. Takes about 2 µs. One thread calls it, always the same.
    uint64_t since_last_time(uint64_t now, uint64_t recent, uint64_t each);

private:
    int lowest_descriptor_;
    bool tried_ = false;
    Descriptor file_;
    uint64_t last_ = 0, last_runs_ = 0, last_look_ = 0;
};

}  // namespace future
