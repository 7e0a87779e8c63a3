// SPDX-License-Identifier: MIT
// System calls that another thread can end with EINTR, without a race and without timers.
#pragma once

#include <atomic>
#include <cstdint>
#include <sys/types.h>

namespace future {

// The call, or -EINTR if *cancelled is or becomes nonzero and interrupt() is then called on this thread. A call that
// completed keeps its result. EINTR for any other reason is repeated.
long interruptible_syscall(const std::atomic<uint32_t>* cancelled, long number, long a, long b, long c, long d, long e,
                           long f);

// Once per process, before the first worker: what the signal does. Its number stays unblocked in workers.
void install_interrupt_handler();
int interrupt_signal();

// After *cancelled was set: ends the call that `thread` is in, if it is in one. Otherwise harmless.
void interrupt(pid_t thread);

}  // namespace future
