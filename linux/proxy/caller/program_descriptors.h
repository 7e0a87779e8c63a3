// SPDX-License-Identifier: MIT
// The descriptors that are the program's, and what lies behind each, as far as it decides how a call on it is made.
#pragma once

#include <atomic>
#include <cstdint>

namespace future {

enum class FileKind : uint8_t {
    nobodys,  // not the program's
    stream,   // a call on it may be tried: it takes what is there, or says that it would wait
    regular,  // locked, at its own position, for as long as another call on it lasts; and a write may end half-way
    direct,   // waits for the disk, whatever is asked of it
};

// One set, because descriptors are this process's. Any thread.
class ProgramDescriptors {
public:
    bool has(long fd) const { return in_range(fd) && kind_in(word(fd).load()) != kNobodys; }
    // The program's from now on; what it is will be seen at its first use.
    void add(long fd);
    // True: it was the program's.
    bool remove(long fd) { return in_range(fd) && kind_in(word(fd).fetch_and(static_cast<uint8_t>(~kKindBits))) != kNobodys; }

    // Asks Linux the first time, and no file system, which may have stopped answering.
    FileKind kind(long fd);
    // The same, remembered by nobody.
    static FileKind look(long fd);
    // Some open file has O_DIRECT since it was first used: from now on each look asks for it.
    void direct_was_set() { direct_set_later_.store(true, std::memory_order_relaxed); }

    static constexpr long kMost = 1 << 20;

private:
    // A word: what is known of the number now, below a count of its owners, so that what was seen of a file is not taken for
    // the next one's of that number.
    enum : uint8_t { kNobodys = 0, kUnknown = 1, kKnown = 2, kKindBits = 7, kOwner = 8 };  // kKnown + FileKind
    static bool in_range(long fd) { return fd >= 0 && fd < kMost; }
    static uint8_t kind_in(uint8_t word) { return word & kKindBits; }
    std::atomic<uint8_t>& word(long fd) { return words_[fd]; }
    const std::atomic<uint8_t>& word(long fd) const { return words_[fd]; }

    std::atomic<uint8_t> words_[kMost] = {};  // pages that nobody touches are nobody's
    std::atomic<bool> direct_set_later_{false};
};

ProgramDescriptors& program_descriptors();

}  // namespace future
