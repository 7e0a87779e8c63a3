// SPDX-License-Identifier: MIT
// Extents: which process has which stretch of the machine's memory. First fit.
#pragma once

#include <stdint.h>

#include "attempt.h"
#include "limits.h"

namespace futurek {

// Guarded by Locked<Machine>.
class Memory {
public:
    explicit Memory(uint64_t bytes) : bytes_(bytes & ~(extent_align - 1)) {}

    // Offset of `bytes` (a multiple of extent_align); ENOMEM with the largest free extent.
    Attempt<uint64_t> allocate(uint64_t bytes);
    // What allocate() of another Memory of this size gave and has not got back: in any order, this one becomes alike.
    void take(uint64_t offset, uint64_t bytes);
    void free(uint64_t offset);

    uint64_t bytes() const { return bytes_; }
    uint64_t free_bytes() const;
    uint64_t largest_free() const;

private:
    struct Extent {
        uint64_t offset, bytes;
    };
    // The gap before taken_[index], or behind the last.
    Extent gap(unsigned index) const;
    void insert(unsigned index, Extent extent);

    uint64_t bytes_;
    unsigned count_ = 0;
    Extent taken_[max_processes];  // by offset
};

}  // namespace futurek
