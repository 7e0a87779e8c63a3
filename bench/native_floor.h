// SPDX-License-Identifier: MIT
// What the native machine's calls are made of, each part by itself, between the same CPUs: no call can be below them.
#pragma once

#include "case.h"
#include "samples.h"
#include "reference.h"

namespace bench {

// A cache line's round trip between this CPU and a core of Future's.
Samples raw_line(const Options&);
// The wire's own send and receive on either side, nothing checked, dispatched or scheduled.
Samples bare_ring(const Options&);
// Interrupts both ways, measured by the module.
Samples bare_interrupts(const Options&);
// A process asleep in epoll_wait on its doorbell and a program asleep in the kernel wake each other: no wire, no threads.
Samples bare_bells(const Options&);

}  // namespace bench
