// SPDX-License-Identifier: MIT
// Program memory has types of its own: an address in it is a number until a range check made it a UserRange.
#pragma once

#include <stdint.h>

#include "arch/memory.h"
#include "attempt.h"

namespace futurek {

// The one stretch of memory that a process may name to us.
struct Arena {
    uint64_t address = 0;
    uint64_t bytes = 0;

    // Cannot overflow: address >= this->address is checked first, and bytes is compared with what is left.
    bool contains(uint64_t at, uint64_t length) const {
        return at >= address && at - address <= bytes && length <= bytes - (at - address);
    }
};

// Bytes of program memory that lie wholly within its arena. The program may change or protect them at any time.
class UserRange {
public:
    UserRange() = default;
    static Attempt<UserRange> check(const Arena& arena, uint64_t address, uint64_t bytes);
    uint64_t offset() const { return offset_; }
    uint64_t bytes() const { return bytes_; }
    bool copy_out(void* to) const { return arch_copy_from_program(to, address_, bytes_); }

private:
    UserRange(uint64_t offset, uint64_t bytes, uint64_t address) : offset_(offset), bytes_(bytes), address_(address) {}
    uint64_t offset_ = 0, bytes_ = 0, address_ = 0;
};

}  // namespace futurek
