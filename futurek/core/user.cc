// SPDX-License-Identifier: MIT
#include "user.h"

#include "clamp.h"

namespace futurek {

Attempt<UserRange> UserRange::check(const Arena& arena, uint64_t address, uint64_t bytes) {
    if (!arena.contains(address, bytes)) return Error::fault;
    const uint64_t offset = clamp_index(address - arena.address, arena.bytes + 1);
    return UserRange(offset, clamp_index(bytes, arena.bytes - offset + 1), arena.address + offset);
}

}  // namespace futurek
