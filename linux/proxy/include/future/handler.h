// SPDX-License-Identifier: MIT
// What generated dispatch and hand-written handlers see of the proxy: results, the caller, its memory.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <variant>

#include "idl/wire/message.h"

namespace future {

// What a handled call's errors are checked by: gen makes, for each call, a type `Errors` with
//     static constexpr bool names(int number);   // the declaration says `@retval` of it
// Not defined: that is where the compiler stops, and what it then quotes, where a handler fails with an error that its
// call's declaration does not name.
template <class Errors>
void FI201_the_declaration_of_this_call_does_not_name_this_error();

// An errno by its name, as in `return future::error(ENOENT);`. What is only known when the program runs is a linux_error,
// or a helper's `why()`.
struct error {
    explicit consteval error(int errno_value) : number(errno_value) {}
    int number;
};

// An errno that comes from elsewhere: -errno, as a raw system call returned it. No declaration need name it; a trace says
// so of one that it does not name.
struct linux_error {
    explicit constexpr linux_error(long returned) : number(static_cast<int>(-returned)) {}
    int number;
};

// An errno that these Errors name, or that came from Linux: what a helper passes on by `why()`.
template <class Errors>
struct checked_error {
    int number;
};

template <class Errors, class Others>
consteval bool names_all() {
    for (int number = 1; number < 4096; number++)
        if (Others::names(number) && !Errors::names(number)) return false;
    return true;
}

// A value (of a void result: none) or an errno that the call's declaration names. Handlers return it; no exception crosses
// them. Of an `error` it is made by the compiler, or refused.
template <class T, class Errors>
class [[nodiscard]] result {
    using Value = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

public:
    constexpr result() requires std::is_void_v<T> = default;
    constexpr result(Value value) : value_(value) {}
    consteval result(error e) : error_(e.number) {
        if (!Errors::names(e.number)) FI201_the_declaration_of_this_call_does_not_name_this_error<Errors>();
    }
    constexpr result(linux_error e) : error_(e.number) {}
    template <class Others>
    constexpr result(checked_error<Others> e) : error_(e.number) {
        static_assert(names_all<Errors, Others>(), "FI201: the declaration of this call does not name all that its helper fails with");
    }
    // What a raw system call returned: a value, or -errno.
    static constexpr result of_linux(long returned) {
        return returned < 0 ? result(linux_error(returned)) : result(static_cast<Value>(returned));
    }
    constexpr bool ok() const { return error_ == 0; }
    constexpr int error_number() const { return error_; }
    constexpr checked_error<Errors> why() const { return {error_}; }
    constexpr const Value& value() const { return value_; }

private:
    Value value_{};
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
