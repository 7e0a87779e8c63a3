// SPDX-License-Identifier: MIT
// Copies between the program's memory and ours; every byte is read or written once, whatever the program does meanwhile.
#include <cstring>

#include "future/guest_memory.h"
#include "caller/protections.h"

namespace future {

// memcpy may read a byte twice in theory; a compiler barrier behind it keeps the copy from being "optimised" into
// later reads of the program's memory.
static inline void settle() { asm volatile("" ::: "memory"); }

std::byte* guest_memory::readable(uint64_t address, uint64_t length) const {
    std::byte* const here = range(address, length);
    return here && protections_ && !protections_->allows(Protections::Access::read, address - address_, length) ? nullptr : here;
}

std::byte* guest_memory::writable(uint64_t address, uint64_t length) const {
    std::byte* const here = range(address, length);
    return here && protections_ && !protections_->allows(Protections::Access::write, address - address_, length) ? nullptr : here;
}

int guest_memory::copy_string(uint64_t address, char* to, uint64_t capacity) const {
    const uint64_t available = bytes_from(address);
    uint64_t limit = available < capacity ? available : capacity;
    if (protections_) limit = protections_->readable_bytes(address - address_, limit);
    if (limit == 0) return capacity == 0 ? -ENAMETOOLONG : -EFAULT;
    const auto* from = reinterpret_cast<const volatile char*>(range(address, limit));
    for (uint64_t i = 0; i < limit; i++) {
        const char character = from[i];
        to[i] = character;
        if (character == 0) return static_cast<int>(i);
    }
    return limit == capacity ? -ENAMETOOLONG : -EFAULT;
}

int guest_memory::copy_in(void* to, uint64_t address, uint64_t length) const {
    const std::byte* from = readable(address, length);
    if (!from) return -EFAULT;
    std::memcpy(to, from, length);
    settle();
    return 0;
}

int guest_memory::copy_out(uint64_t address, const void* from, uint64_t length) const {
    std::byte* to = writable(address, length);
    if (!to) return -EFAULT;
    settle();
    std::memcpy(to, from, length);
    return 0;
}

}  // namespace future
