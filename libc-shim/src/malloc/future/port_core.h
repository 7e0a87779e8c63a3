/* SPDX-License-Identifier: MIT
 * A word of this core's, for the allocator: MULiTh's core behind its current thread. */
#ifndef FUTURE_MALLOC_PORT_CORE_H
#define FUTURE_MALLOC_PORT_CORE_H

#include "futurek/abi/core_words.h"
#include "future/multh.h"

/* volatile: the same thread may be on another core the next time. */
static inline void **future_port_word(void)
{
    char *thread;

    __asm__ volatile("movq %%gs:%c1, %0" : "=r"(thread) : "i"(FUTURE_GS_THREAD));
    return *(void ***)(thread + MULTH_THREAD_CORE);
}

#endif
