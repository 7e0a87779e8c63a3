// SPDX-License-Identifier: MIT
// The signals that a hosted machine uses for itself.
#pragma once

#include <signal.h>

namespace futurek::hosted {

inline constexpr int stop_signal = SIGUSR1;  // not a real-time one: many of them become one

// Syscall User Dispatch was refused (an old kernel, a sandbox): raw system calls of programs reach Linux.
extern bool dispatch_refused;

// Ends the machine as a crash. Good in a handler.
[[noreturn]] void die();

}  // namespace futurek::hosted
