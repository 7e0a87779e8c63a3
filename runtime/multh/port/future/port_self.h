/* SPDX-License-Identifier: MIT */
/* The current thread on Future: a word of this core behind GS. The compiler's thread-local storage goes by it too. */
#ifndef MULTH_PORT_SELF_H
#define MULTH_PORT_SELF_H

#include "futurek/abi/core_words.h"

struct multh_thread;

/* volatile: after a park the thread is the same, but a compiler must not carry it over a switch on a scheduler path. */
static inline struct multh_thread *multh_port_self(void)
{
	struct multh_thread *self;

	__asm__ volatile("movq %%gs:%c1, %0" : "=r"(self) : "i"(FUTURE_GS_THREAD));
	return self;
}

static inline void multh_port_set_self(struct multh_thread *thread)
{
	__asm__ volatile("movq %0, %%gs:%c1" ::"r"(thread), "i"(FUTURE_GS_THREAD) : "memory");
}

#endif
