// SPDX-License-Identifier: MIT
// What of its own memory a program cannot touch: its constants and code, and what it has protected since.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace future {

// Our mapping of the arena allows everything, and the program's does not. On Linux a system call that would write where its
// caller could not fails with EFAULT; here dispatch asks this table first. It keeps an honest program from being harmed by
// its own mistakes. A hostile one can only deceive itself: the map is its own memory (futurek/abi/protection.h).
//
// Any thread may ask. What the program protects or opens while a call is under way holds for that call or does not, as on Linux.
class Protections {
public:
    struct Range {  // never changes; offsets in the arena
        uint64_t offset, bytes;
        bool readable;
    };
    enum class Access { read, write };

    // `map_address`: the word of the start block that holds the map's program address. Arena and word outlive this.
    Protections(std::vector<Range> constant, const std::byte* arena, uint64_t arena_address, uint64_t arena_bytes,
                const uint64_t* map_address);

    // [offset, offset + length) lies in the arena.
    bool allows(Access, uint64_t offset, uint64_t length) const;
    // How many of the `most` bytes at `offset`, which lie in the arena, can be read.
    uint64_t readable_bytes(uint64_t offset, uint64_t most) const;

private:
    const uint64_t* map() const;

    std::vector<Range> constant_;
    const std::byte* arena_;
    uint64_t address_, bytes_;
    const uint64_t* map_address_;
};

}  // namespace future
