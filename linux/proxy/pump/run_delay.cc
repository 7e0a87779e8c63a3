// SPDX-License-Identifier: MIT
#include "pump/run_delay.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

namespace future {

uint64_t RunDelay::since_last_time() {
    const bool first = !tried_;
    if (first) {
        tried_ = true;
        const Descriptor low(open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC));
        if (low) file_ = Descriptor(fcntl(low.get(), F_DUPFD_CLOEXEC, lowest_descriptor_));
    }
    char text[96];
    const ssize_t bytes = file_ ? pread(file_.get(), text, sizeof text - 1, 0) : 0;
    if (bytes <= 0) return 0;
    text[bytes] = 0;
    char* end;
    strtoull(text, &end, 10);  // on a CPU; then what we want
    const uint64_t now = strtoull(end, nullptr, 10), more = now - last_;
    last_ = now;
    return first ? 0 : more;
}

}  // namespace future
