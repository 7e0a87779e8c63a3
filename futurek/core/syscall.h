// SPDX-License-Identifier: MIT
// The eight system calls (abi/syscall.h): the port's entry stubs end here.
#pragma once

#include <stdint.h>

namespace futurek {

struct SyscallResult {
    int64_t value;  // >= 0, or -errno
    bool leave;     // the core does not return to its program
};

// Core `core` asks, from its program.
SyscallResult syscall(unsigned core, uint64_t number, uint64_t a, uint64_t b, uint64_t c);

}  // namespace futurek
