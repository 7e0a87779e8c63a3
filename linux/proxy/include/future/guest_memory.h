// SPDX-License-Identifier: MIT
// The program's memory, as far as the program itself could touch it.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace future {

class Protections;

// The program's memory as the proxy sees it. Everything in it may change at any instant, and is written by a possibly
// hostile program: copy before checking, except bulk buffers that only a system call touches.
class guest_memory {
public:
    constexpr guest_memory() = default;
    // unpinnable: Linux cannot pin these pages, so direct I/O on them fails with EFAULT. protections: what the program
    // itself cannot touch; it outlives this. nullptr: nothing.
    guest_memory(std::byte* mapping, uint64_t program_address, uint64_t bytes, bool unpinnable = false,
                 const Protections* protections = nullptr)
        : mapping_(mapping), address_(program_address), bytes_(bytes), unpinnable_(unpinnable), protections_(protections) {}
    bool unpinnable() const { return unpinnable_; }

    // The bytes [address, address + length) in place, or nullptr if the program itself could not read (or write) all of
    // them. length 0: any address is good, and the result is not null (but not to be touched), as Linux does it.
    std::byte* readable(uint64_t address, uint64_t length) const;
    std::byte* writable(uint64_t address, uint64_t length) const;
    // The same for whoever may touch all of the arena: only what is outside of it is nullptr.
    std::byte* range(uint64_t address, uint64_t length) const {
        const uint64_t offset = address - address_;
        if (offset <= bytes_ && length <= bytes_ - offset) return mapping_ + offset;
        return length == 0 ? mapping_ : nullptr;
    }
    // Bytes from address to the arena's end; 0 outside.
    uint64_t bytes_from(uint64_t address) const {
        const uint64_t offset = address - address_;
        return offset < bytes_ ? bytes_ - offset : 0;
    }

    // Copies a NUL-terminated string of at most capacity - 1 characters. >= 0: its length; -EFAULT: it leaves what the
    // program can read; -ENAMETOOLONG: no NUL among the first `capacity` bytes. `to` is NUL-terminated on success only.
    int copy_string(uint64_t address, char* to, uint64_t capacity) const;
    // 0 or -EFAULT, as readable and writable say; each byte is read or written once.
    int copy_in(void* to, uint64_t address, uint64_t length) const;
    int copy_out(uint64_t address, const void* from, uint64_t length) const;

private:
    std::byte* mapping_ = nullptr;
    uint64_t address_ = 0;
    uint64_t bytes_ = 0;
    bool unpinnable_ = false;
    const Protections* protections_ = nullptr;
};

}  // namespace future
