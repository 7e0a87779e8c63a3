// SPDX-License-Identifier: MIT
#include "pump/run_delay.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

namespace future {

uint64_t RunDelay::since_last_time(uint64_t now, uint64_t recent, uint64_t each) {
    const bool late = !tried_ || now - last_look_ > recent;
    if (!tried_) {
        tried_ = true;
        const Descriptor low(open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC));
        if (low) file_ = Descriptor(fcntl(low.get(), F_DUPFD_CLOEXEC, lowest_descriptor_));
    }
    char text[96];
    const ssize_t bytes = file_ ? pread(file_.get(), text, sizeof text - 1, 0) : 0;
    if (bytes <= 0) return 0;
    text[bytes] = 0;
    char* end;
    strtoull(text, &end, 10);  // on a CPU; then what we want, then how often
    const uint64_t waited = strtoull(end, &end, 10), runs = strtoull(end, nullptr, 10);
    const uint64_t more = waited - last_, without_us = (runs - last_runs_) * each;
    last_ = waited, last_runs_ = runs, last_look_ = now;
    return late || more < without_us ? 0 : more - without_us;
}

}  // namespace future
