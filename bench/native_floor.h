// SPDX-License-Identifier: MIT
// What the native machine's calls are made of, each part by itself, between the same CPUs: no call can be below them.
#pragma once

#include <memory>

#include "case.h"
#include "machine/device.h"
#include "reference.h"

namespace bench {

// Throws if none is booted.
std::unique_ptr<future::Device> connect_native_machine();

// A cache line's round trip between this CPU and a core of Future's.
Samples raw_line(const Options&);
// Interrupts both ways, measured by the module: one after another, or so many microseconds after another, in which both
// sides sleep.
Samples bare_interrupts(const Options&, unsigned pause_us = 0);
// A process asleep in read on its doorbell and a program asleep in the kernel wake each other: no wire, no threads.
Samples bare_bells(const Options&);

}  // namespace bench
