// SPDX-License-Identifier: MIT
// System calls without libc: nothing here touches errno or thread-local storage, so all of it is good in a handler.
#pragma once

#include <linux/futex.h>
#include <stdint.h>
#include <sys/syscall.h>

namespace futurek::hosted {

inline long raw_syscall(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0) {
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

// Sleeps while *word == value; absolute CLOCK_MONOTONIC deadline, UINT64_MAX: none. `shared`: others map the word too.
inline long futex_wait(const uint32_t* word, uint32_t value, uint64_t deadline, bool shared) {
    struct {
        int64_t seconds, nanoseconds;
    } time = {static_cast<int64_t>(deadline / 1000000000), static_cast<int64_t>(deadline % 1000000000)};
    int operation = FUTEX_WAIT_BITSET | (shared ? 0 : FUTEX_PRIVATE_FLAG);
    return raw_syscall(SYS_futex, reinterpret_cast<long>(word), operation, value,
                       deadline == UINT64_MAX ? 0 : reinterpret_cast<long>(&time), 0, -1);
}

inline void futex_wake(const uint32_t* word, int count, bool shared) {
    raw_syscall(SYS_futex, reinterpret_cast<long>(word), FUTEX_WAKE | (shared ? 0 : FUTEX_PRIVATE_FLAG), count);
}

}  // namespace futurek::hosted
