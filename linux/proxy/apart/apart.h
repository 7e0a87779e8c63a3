// SPDX-License-Identifier: MIT
// A text that is made of somebody else's file, by a process of its own: whatever the file makes that one do, it has little
// memory, little time, no other file, and ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace future {

struct ApartLimits {
    uint64_t memory_bytes = 512 << 20;  // of address space, beyond what we have ourselves
    unsigned seconds = 10;              // by the clock, and of CPU time
    size_t text_bytes = 4 << 20;        // what is beyond is cut off, and that is said
};

struct Apart {
    std::string text;
    std::string why;  // not empty: nothing came of it; how it ended, to be read after "reading it"
    bool interrupted = false;  // by `give_up`
};

// What the child does. `first`, before it is locked in: it still has our descriptors. It may allocate and throw, but sees
// no other thread of ours, nor what those left half-done.
struct ApartWork {
    std::function<std::string()> make;
    std::function<void()> first = {};
};

// Gives up as soon as `give_up` is readable (-1: nobody interrupts). Nothing of the child is left when this returns.
Apart made_apart(const ApartWork&, int give_up = -1, const ApartLimits& = {});

}  // namespace future
