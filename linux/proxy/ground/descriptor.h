// SPDX-License-Identifier: MIT
// A file descriptor that closes itself, and the line between the program's descriptors and ours.
#pragma once

#include <unistd.h>

#include <utility>

namespace future {

class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Descriptor() {
        if (fd_ >= 0) close(fd_);
    }
    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }
    explicit operator bool() const { return fd_ >= 0; }

private:
    int fd_ = -1;
};

// Draws the line: program descriptors lie below, `ours` at it and above. RLIMIT_NOFILE becomes just that, or the hard limit:
// what nobody needs would be kernel memory for whoever gets at a number beyond. max_files 0: choose. Called once, first of all.
inline constexpr unsigned kFewDescriptors = 1024;  // of a command that runs nothing
void draw_descriptor_limit(unsigned max_files = 0, unsigned ours = kFewDescriptors);
int descriptor_limit();

// Takes fd over to a number at or above the limit.
Descriptor internal(int fd);

}  // namespace future
