/* SPDX-License-Identifier: MIT */
/* A core's sleep; and, when it is the last to sleep and nothing can come, the end of a program that could never go on. */
#include "view.h"

/*
 * A program is deadlocked if at one instant every core is in multh_idle, no thread is ready or notified, no delegated call
 * waits for its reply, no thread for a time or for room in the ring. Nothing changes from then on: a core in multh_idle
 * does nothing but look for these, and nobody outside makes a thread ready but by a reply.
 *
 * The instant is found without stopping anybody. A core counts its sleep, then says `resting`, and takes that back before it
 * does anything else; all of it sequentially consistent. Whoever goes to sleep reads: counts and `resting` of all, then what
 * could come, then `resting` and counts again. If all rest at both ends and no count has changed, each of them rested all
 * the while, so what lies between was read while nobody wrote: as of one instant. Of the cores that go to sleep last, at
 * least one sees all the others rest. A core that was rung and has not looked yet is no declared sleeper, and seen by that;
 * one that watches after kept threads does not rest, and comes here when there is nothing to watch.
 *
 * Calls in flight are counted by nobody on their way: each core counts what it sent and what it took, and sums that nobody
 * changes are exact. A reply that fits no call is not counted as one, which errs to the side of waiting.
 */

static uint64_t load(const uint64_t *word) { return __atomic_load_n(word, __ATOMIC_SEQ_CST); }

/* All started cores rest; *sleeps is how often they have slept so far. `first`: the counts are read before. */
static bool all_rest(uint64_t started, uint64_t *sleeps, bool first)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < multh.cores; i++) {
		const struct multh_core *core = &multh.core[i];

		if (!(started >> i & 1))
			continue;
		if (first)
			sum += load(&core->statistics.sleeps);
		if (!__atomic_load_n(&core->resting, __ATOMIC_SEQ_CST))
			return false;
		if (!first)
			sum += load(&core->statistics.sleeps);
	}
	*sleeps = sum;
	return true;
}

static bool something_can_come(uint64_t started)
{
	uint64_t sent = 0, answered = 0;
	uint32_t i;

	if (load(&multh.earliest_timer) != MULTH_NEVER || load(&multh.room_waiters) || load(&multh.overflow.count) ||
	    __atomic_load_n(&multh.patient, __ATOMIC_SEQ_CST) || wire_load_ordered(&multh.channel->sleepers.word) != started)
		return true;
	for (i = 0; i < multh.cores; i++) {
		struct multh_core *core = &multh.core[i];

		if (!multh_run_queue_is_empty(&core->queue))
			return true;
		sent += load(&core->statistics.delegated_calls) - load(&core->statistics.posts);
		answered += load(&core->statistics.replies);
	}
	return sent != answered;
}

static bool is_deadlocked(void)
{
	uint64_t started = load(&multh.started_cores), before, after;

	return all_rest(started, &before, true) && !something_can_come(started) && all_rest(started, &after, false) &&
	       before == after && load(&multh.started_cores) == started;
}

struct rest {
	uint32_t core;
	uint64_t until_ns;
};

/* With the thread's registers saved: while its core sleeps on its stack they tell where it waits. */
static void sleep_there(void *argument)
{
	const struct rest *rest = argument;

	multh_sleep_on(&multh.core[rest->core], rest->until_ns);
}

void multh_rest(struct multh_core *core, struct multh_thread *self, uint64_t until_ns)
{
	struct rest rest = {core->number, until_ns};

	__atomic_store_n(&core->statistics.sleeps, core->statistics.sleeps + 1, __ATOMIC_SEQ_CST);
	__atomic_store_n(&core->resting, 1, __ATOMIC_SEQ_CST);
	if (until_ns == MULTH_NEVER && is_deadlocked())
		multh_end(FUTURE_LAST_DEADLOCK, 0, 6);
	multh_context_keep(&self->stack_pointer, sleep_there, &rest);
	__atomic_store_n(&core->resting, 0, __ATOMIC_SEQ_CST);
}
