// SPDX-License-Identifier: MIT
// First fit over the sorted extents; there are at most as many as processes.
#include "memory.h"

namespace futurek {

Memory::Extent Memory::gap(unsigned index) const {
    uint64_t begin = index ? taken_[index - 1].offset + taken_[index - 1].bytes : 0;
    uint64_t end = index < count_ ? taken_[index].offset : bytes_;
    return {begin, end - begin};
}

void Memory::insert(unsigned index, Extent extent) {
    for (unsigned move = count_++; move > index; move--) taken_[move] = taken_[move - 1];
    taken_[index] = extent;
}

Attempt<uint64_t> Memory::allocate(uint64_t bytes) {
    if (bytes == 0 || bytes % extent_align != 0) return Error::invalid;
    for (unsigned index = 0; count_ < max_processes && index <= count_; index++) {
        Extent free = gap(index);
        if (free.bytes < bytes) continue;
        insert(index, {free.offset, bytes});
        return free.offset;
    }
    return Failure{Error::no_memory, largest_free()};
}

void Memory::take(uint64_t offset, uint64_t bytes) {
    unsigned index = 0;
    while (index < count_ && taken_[index].offset < offset) index++;
    insert(index, {offset, bytes});
}

void Memory::free(uint64_t offset) {
    unsigned index = 0;
    while (index < count_ && taken_[index].offset != offset) index++;
    if (index == count_) return;
    for (count_--; index < count_; index++) taken_[index] = taken_[index + 1];
}

uint64_t Memory::free_bytes() const {
    uint64_t sum = 0;
    for (unsigned index = 0; index <= count_; index++) sum += gap(index).bytes;
    return sum;
}

uint64_t Memory::largest_free() const {
    uint64_t largest = 0;
    for (unsigned index = 0; index <= count_; index++)
        if (gap(index).bytes > largest) largest = gap(index).bytes;
    return largest;
}

}  // namespace futurek
