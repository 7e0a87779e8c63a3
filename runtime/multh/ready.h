/* SPDX-License-Identifier: MIT */
/* Ready threads: in their core's run queue, in the overflow list where that is full, stolen by cores that have none. */
#ifndef MULTH_READY_H
#define MULTH_READY_H

#include "scheduler.h"

/* The run queue is full: half of it goes to the overflow list, where every core looks, the older first. */
void multh_spill(struct multh_core *core);

static inline void multh_push(struct multh_core *core, struct multh_thread *thread)
{
	while (!multh_run_queue_push(&core->queue, thread, multh.cores == 1))
		multh_spill(core);
}

/* The core takes another thread now. */
static inline void multh_make_ready(struct multh_core *core, struct multh_thread *thread)
{
	multh_push(core, thread);
	if (multh.cores > 1 && !core->looks)
		multh_wake_searcher(core);
}

/* The core goes on with the thread it runs. */
void multh_make_ready_too(struct multh_core *core, struct multh_thread *thread);

/* COLD → owned by the caller, who must queue it or switch to it. */
bool multh_claim(struct multh_thread *thread);
void multh_unpark(struct multh_thread *thread);

/* One thread to run, or NULL; the others that were taken with it go to the core's own queue. */
struct multh_thread *multh_take_overflow(struct multh_core *core, uint32_t limit);
struct multh_thread *multh_steal(struct multh_core *core);

/* In any core's queue, or in the overflow list. */
bool multh_work_is_left(void);

#endif
