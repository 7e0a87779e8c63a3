/* SPDX-License-Identifier: MIT */
/* Ready threads beyond a core's own queue: the overflow list, stealing, and who made ready whom. */
#include "ready.h"

/* ---- the overflow list ---- */

void multh_spill(struct multh_core *core)
{
	struct multh_thread *moved[MULTH_OVERFLOW_BATCH];
	uint32_t count = multh_run_queue_take_half(&core->queue, moved, MULTH_OVERFLOW_BATCH), i;

	multh_spin_lock(&multh.overflow.guard);
	for (i = 0; i < count; i++) {
		moved[i]->next = 0;
		if (multh.overflow.last)
			multh.overflow.last->next = moved[i];
		else
			multh.overflow.first = moved[i];
		multh.overflow.last = moved[i];
	}
	__atomic_fetch_add(&multh.overflow.count, count, __ATOMIC_SEQ_CST);
	multh_spin_unlock(&multh.overflow.guard);
}

struct multh_thread *multh_take_overflow(struct multh_core *core, uint32_t limit)
{
	struct multh_thread *first = 0, *last = 0, *thread;
	uint32_t count = 0;

	if (!__atomic_load_n(&multh.overflow.count, __ATOMIC_SEQ_CST))
		return 0;
	multh_spin_lock(&multh.overflow.guard);
	for (thread = multh.overflow.first; thread && count < limit; thread = thread->next, count++)
		last = thread;
	if (count) {
		first = multh.overflow.first;
		multh.overflow.first = last->next;
		if (!last->next)
			multh.overflow.last = 0;
		last->next = 0;
		__atomic_fetch_sub(&multh.overflow.count, count, __ATOMIC_SEQ_CST);
	}
	multh_spin_unlock(&multh.overflow.guard);
	if (!first)
		return 0;
	for (thread = first->next; thread;) {
		struct multh_thread *next = thread->next;

		multh_make_ready(core, thread);
		thread = next;
	}
	return first;
}

/* ---- other cores' queues ---- */

struct multh_thread *multh_steal(struct multh_core *core)
{
	uint32_t i;

	for (i = 1; i < multh.cores; i++) {
		uint32_t victim = (uint32_t)(core->steal_from++ % multh.cores);
		struct multh_thread *taken[MULTH_RUN_QUEUE_SLOTS / 8];
		uint32_t count, n;

		if (victim == core->number)
			victim = (uint32_t)(core->steal_from++ % multh.cores);
		count = multh_run_queue_take_half(&multh.core[victim].queue, taken, MULTH_RUN_QUEUE_SLOTS / 8);
		if (count) {
			multh_count(&core->statistics.steals, 1);
			for (n = 1; n < count; n++)
				multh_make_ready(core, taken[n]);
			return taken[0];
		}
	}
	return 0;
}

bool multh_work_is_left(void)
{
	uint32_t i;

	if (__atomic_load_n(&multh.overflow.count, __ATOMIC_SEQ_CST))
		return true;
	for (i = 0; i < multh.cores; i++)
		if (!multh_run_queue_is_empty(&multh.core[i].queue))
			return true;
	return false;
}

/* ---- from parked to ready ---- */

void multh_make_ready_too(struct multh_core *core, struct multh_thread *thread)
{
	multh_push(core, thread);
	if (multh.cores > 1 && !core->looks)
		multh_tell_of(core);
}

bool multh_claim(struct multh_thread *thread)
{
	uint32_t expected = MULTH_COLD;

	return __atomic_compare_exchange_n(&thread->state, &expected, MULTH_RUNNING, false, __ATOMIC_SEQ_CST,
					   __ATOMIC_ACQUIRE);
}

/*
 * Whatever the state is, it is written: the exchange orders the caller's condition before it, and a parking thread
 * that takes the token sees the condition.
 */
void multh_unpark(struct multh_thread *thread)
{
	uint32_t state = __atomic_load_n(&thread->state, __ATOMIC_RELAXED);

	while (!__atomic_compare_exchange_n(&thread->state, &state,
					    state == MULTH_COLD ? MULTH_RUNNING : MULTH_NOTIFIED, false,
					    __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
		;
	if (state == MULTH_COLD)
		multh_make_ready_too(multh_self()->core, thread);
}
