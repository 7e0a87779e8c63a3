/* SPDX-License-Identifier: MIT */
/* What others may see of us (futurek/abi/threads.h): threads, and the last words of a program that ends itself. */
#ifndef MULTH_VIEW_H
#define MULTH_VIEW_H

#include "futurek/abi/threads.h"
#include "scheduler.h"

extern struct future_threads multh_view;

/* Once multh.threads and multh.core are there. */
void multh_view_init(void);

/* Ends the process with 128 + signal and says why; the first thread that comes is heard. */
__attribute__((noreturn)) void multh_end(enum future_last_reason reason, uint64_t detail, int signal);

/* Remembers where a thread waits for the sake of whoever looks; may stay behind when it waits no more. */
static inline void multh_waits(struct multh_thread *self, enum future_wait_kind kind, const void *object)
{
	__atomic_store_n(&self->wait_kind, (uint32_t)kind, __ATOMIC_RELAXED);
	__atomic_store_n(&self->waits_for, object, __ATOMIC_RELAXED);
}

#endif
