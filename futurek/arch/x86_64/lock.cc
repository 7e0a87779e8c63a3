// SPDX-License-Identifier: MIT
// The contract's lock: spins, with interrupts off as everywhere in the kernel.
//
// Who waits for other cores while it holds one (Slot::forget, memory.cc) waits only for cores in ring 3, never for one
// that spins here.
#include "arch/lock.h"

void arch_lock(ArchLock& lock) {
    while (__atomic_exchange_n(&lock.word, 1, __ATOMIC_ACQUIRE))
        while (__atomic_load_n(&lock.word, __ATOMIC_RELAXED)) __builtin_ia32_pause();
}

void arch_unlock(ArchLock& lock) { __atomic_store_n(&lock.word, 0, __ATOMIC_RELEASE); }
