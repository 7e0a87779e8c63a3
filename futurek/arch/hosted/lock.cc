// SPDX-License-Identifier: MIT
// The contract's lock as a futex mutex: 0 free, 1 held, 2 held and waited for. No libc: it may not meet a program's FS.
#include "arch/lock.h"

#include "raw.h"

using futurek::hosted::futex_wait;
using futurek::hosted::futex_wake;

void arch_lock(ArchLock& lock) {
    uint32_t free = 0;
    if (__atomic_compare_exchange_n(&lock.word, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return;
    for (int turn = 0; turn < 100; turn++) {
        __builtin_ia32_pause();
        free = 0;
        if (__atomic_compare_exchange_n(&lock.word, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return;
    }
    while (__atomic_exchange_n(&lock.word, 2, __ATOMIC_ACQUIRE) != 0) futex_wait(&lock.word, 2, UINT64_MAX, false);
}

void arch_unlock(ArchLock& lock) {
    if (__atomic_exchange_n(&lock.word, 0, __ATOMIC_SEQ_CST) == 2) futex_wake(&lock.word, 1, false);
}
