// SPDX-License-Identifier: MIT
// The nearest thing that Linux has to a delegated call: io_uring(7) whose submission queue a kernel thread polls.
#pragma once

#include <optional>

#include "reference.h"

namespace bench {

// `at_once` no-operations are queued, and their completions taken without a system call; ns an operation. None where this
// computer allows no io_uring.
std::optional<Samples> uring_sqpoll(int rounds, unsigned at_once);

}  // namespace bench
