// SPDX-License-Identifier: MIT
// Who asks for a call, and how the system calls of serving it are made.
#pragma once

#include <atomic>
#include <cstdint>

#include "future/guest_memory.h"

namespace future {

enum class FileKind : uint8_t;

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
