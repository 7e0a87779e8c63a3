// SPDX-License-Identifier: MIT
// What generated dispatch and hand-written handlers see of the proxy: results, the caller, its memory.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "idl/wire/message.h"

namespace future {

// An errno, as in `return future::error(ENOENT);`.
struct error {
    explicit constexpr error(int errno_value) : number(errno_value) {}
    int number;
};

// A value or an errno. Handlers return it; no exception crosses them.
template <class T>
class [[nodiscard]] result {
public:
    constexpr result(T value) : value_(value) {}
    constexpr result(error e) : error_(e.number) {}
    constexpr bool ok() const { return error_ == 0; }
    constexpr int error_number() const { return error_; }
    constexpr const T& value() const { return value_; }

private:
    T value_{};
    int error_ = 0;
};

template <>
class [[nodiscard]] result<void> {
public:
    constexpr result() = default;
    constexpr result(error e) : error_(e.number) {}
    constexpr bool ok() const { return error_ == 0; }
    constexpr int error_number() const { return error_; }

private:
    int error_ = 0;
};

class Protections;
enum class FileKind : uint8_t;

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

// Who asks, and how its system calls are made. One per call in flight; not shared between threads.
class caller {
public:
    const guest_memory& memory() const { return memory_; }
    uint32_t ltn() const { return ltn_; }

    // A raw Linux system call: its result or -errno. While the pump only attempts a may_block call, a call that would
    // block returns -would_block instead (a number no errno has): return to the pump at once with Outcome::would_block.
    long syscall(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0);
    static constexpr int would_block = 4094;
    // The same, made at once whatever was cancelled and whatever is only attempted: for what must not be left undone.
    static long syscall_always(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0);

    // Program descriptors are those below the limit; everything above is the proxy's own. True: fd may be used.
    // A number below the limit that was not admitted is a file being opened and not judged yet: nobody's.
    bool owns_descriptor(int64_t fd) const;
    bool below_limit(int64_t fd) const { return fd >= 0 && fd < descriptor_limit_; }
    // Results that are descriptors pass through here and are the program's from then on: closes one that is not below the
    // limit and returns -EMFILE. Negative numbers pass unchanged.
    long admit_descriptor(long fd);

    // A transfer on that descriptor is not tried, since it may last or end half-way: only a thread that may block makes it.
    static bool blocks_at_once(long fd, bool reads_at_place);

protected:
    caller(const guest_memory& memory, uint32_t ltn, int descriptor_limit)
        : memory_(memory), ltn_(ltn), descriptor_limit_(descriptor_limit) {}

    guest_memory memory_;
    uint32_t ltn_;
    int descriptor_limit_;
    bool attempt_only_ = false;
    // The last attempt can be repeated once the descriptor is ready; else only a blocking call gets on.
    bool retry_when_ready_ = false;
    // While not null: system calls end with EINTR once this is nonzero (cancel, end of the program).
    const std::atomic<uint32_t>* cancelled_ = nullptr;
    // A call that is or was parked: reads and writes of descriptor parked_as_ use our duplicate of it, whatever the program
    // has done to its own since. -1: none.
    int parked_as_ = -1;
    int parked_descriptor_ = -1;

private:
    FileKind kind_of(long fd) const;
    long make(long number, long a, long b, long c, long d, long e, long f);
    long attempt(long number, long a, long b, long c, long d);
    long attempt_vector(long number, long fd, const void* vectors, long count, long position);
};

// The descriptors below the limit that are open now, inherited ones say, are the program's.
void own_open_descriptors(int limit);

}  // namespace future
