// SPDX-License-Identifier: MIT
// Reads and writes on memory that Linux cannot pin, by way of a private buffer.
#pragma once

#include <cstddef>
#include <functional>

namespace future {

// The native machine's arenas are mapped without struct pages: plain reads and writes work on them in place, direct I/O
// gets EFAULT, because it pins what it transfers. For such a call that has just failed so: the same call on a buffer of
// ours, copied before (write) or after (read). Addresses are ours, checked against the arena; vectors are a private copy.
// Anything but read, write and their p- and -v forms: -EFAULT. ENOMEM. `call` makes the system call.
// Files and block devices: in parts of so many bytes, or a large transfer would take as much of Linux's memory. Between
// two parts another call may move a position that threads share.
constexpr size_t kBouncePart = 4 << 20;
using RawCall = std::function<long(long number, long a, long b, long c, long d)>;
long bounced(const RawCall& call, long number, long fd, long address, long count, long position,
             size_t part = kBouncePart);

}  // namespace future
