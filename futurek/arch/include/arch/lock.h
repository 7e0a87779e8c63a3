// SPDX-License-Identifier: MIT
// Contract: mutual exclusion between cores, and between a core and the context that handles control messages.
#pragma once

#include <stdint.h>

// All zero but the rank: free. The rank (core/lock.h) is for ports that check the order; others ignore it.
struct ArchLock {
    uint32_t word;
    uint32_t rank;
};

// May spin or block. x86_64 keeps interrupts off between the two; hosted blocks in a futex.
void arch_lock(ArchLock& lock);
void arch_unlock(ArchLock& lock);
