// SPDX-License-Identifier: MIT
// A file that receives every request as it was in the ring: what fuzzers start from and `future trace` reads.
#pragma once

#include <cstdint>

namespace future {

// The leader's.
class Capture {
public:
    explicit Capture(int fd) : fd_(fd) {}  // -1: none

    bool on() const { return fd_ >= 0; }
    // Behind its length. A full disk ends the capture, not the program.
    void write(const uint64_t* message);
    int error() const { return error_; }  // why it ended early, or 0

private:
    int fd_, error_ = 0;
};

}  // namespace future
