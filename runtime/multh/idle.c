/* SPDX-License-Identifier: MIT */
/* A core without a ready thread: look everywhere, spin a little, declare, look again, sleep; and how it is woken. */
#include "scheduler.h"

enum {
	SPIN_LOOKS = 32,    /* looks at the reply ring before the other places are looked at again */
	SPIN_PRIVATE = 256, /* turns that belong to the caller's own call, and cost no shared word */
};

/*
 * No work is left lying while a core sleeps. Who makes a thread ready: pushes it (a locked instruction), then looks at
 * searching, wake_pending and the sleepers. Who goes to sleep: takes itself out of searching, declares itself a sleeper
 * (a locked instruction each), then looks at every queue again. So either the pusher sees the sleeper, or the sleeper
 * sees the thread. A pusher may leave it to a core that searches (it will look again before it sleeps), or to one that
 * was woken and has not looked yet: wake_pending, which that core clears before it looks.
 */

void multh_wake_searcher(struct multh_core *core)
{
	if (__atomic_load_n(&multh.searching, __ATOMIC_SEQ_CST))
		return;
	do {
		uint64_t started, all = multh.cores == 64 ? ~0ull : (1ull << multh.cores) - 1;
		int sleeper;

		started = __atomic_load_n(&multh.started_cores, __ATOMIC_SEQ_CST);
		if (started == all && !wire_load_ordered(&multh.channel->sleepers.word))
			return;
		if (__atomic_load_n(&multh.wake_pending, __ATOMIC_SEQ_CST) ||
		    __atomic_exchange_n(&multh.wake_pending, 1, __ATOMIC_SEQ_CST))
			return;
		sleeper = wire_claim_sleeper(multh.channel, multh.cores);
		if (sleeper >= 0) {
			multh_count(&core->statistics.core_wakes, 1);
			multh_port_wake((uint32_t)sleeper);
			return;
		}
		while (started != all) {
			uint64_t fresh = ~started & (started + 1);
			uint32_t number = (uint32_t)__builtin_ctzll(fresh);
			struct multh_thread *idle;
			int error;

			if (!__atomic_compare_exchange_n(&multh.started_cores, &started, started | fresh, false,
							 __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
				continue;
			idle = multh_slot_take(core, MULTH_IDLE_STACK, false, &error);
			if (!idle)
				break; /* no memory: the process goes on with the cores it has */
			multh_prepare(idle, multh_stack_top(idle), 0, 0);
			idle->core = &multh.core[number];
			multh.core[number].idle = idle;
			if (multh_port_start_core(number, multh_stack_top(idle)))
				return;
			started |= fresh;
		}
		/* Nobody to wake. Who declared itself meanwhile may have been overlooked because of our mark. */
		__atomic_exchange_n(&multh.wake_pending, 0, __ATOMIC_SEQ_CST);
	} while (wire_load_ordered(&multh.channel->sleepers.word));
}

/* The earliest timer is known to no sleeper, and this core will be busy: somebody must sleep no longer than it. */
void multh_wake_for_timer(struct multh_core *core)
{
	int sleeper;

	core->timer_is_fresh = false;
	if (multh.cores == 1 || __atomic_load_n(&multh.earliest_timer, __ATOMIC_SEQ_CST) == MULTH_NEVER)
		return;
	sleeper = wire_claim_sleeper(multh.channel, multh.cores);
	if (sleeper >= 0) {
		multh_count(&core->statistics.core_wakes, 1);
		multh_port_wake((uint32_t)sleeper);
	}
}

/* One thread to run; the others that were taken go to our own queue. */
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

static struct multh_thread *steal(struct multh_core *core)
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

static bool is_woken(struct multh_thread *self, bool in_call)
{
	return (in_call && multh_call_is_done(self)) ||
	       __atomic_load_n(&self->state, __ATOMIC_SEQ_CST) == MULTH_NOTIFIED;
}

static struct multh_thread *look_everywhere(struct multh_core *core)
{
	struct multh_thread *next = multh_run_queue_pop(&core->queue);

	if (!next)
		next = multh_take_overflow(core, MULTH_OVERFLOW_BATCH);
	if (!next && multh.cores > 1)
		next = steal(core);
	return next;
}

static void stop_searching(bool *searching)
{
	if (*searching)
		__atomic_fetch_sub(&multh.searching, 1, __ATOMIC_SEQ_CST);
	*searching = false;
}

/* Declares core and thread asleep, so that from now on whoever has something for them rings. */
static bool declare(struct multh_core *core, struct multh_thread *self)
{
	uint32_t expected = MULTH_RUNNING;

	if (!__atomic_compare_exchange_n(&self->state, &expected, MULTH_HOT | core->number << 8, false,
					 __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
		return false; /* notified */
	wire_declare_sleeper(multh.channel, core->number);
	return true;
}

/* True: somebody claimed us and counts on us to look. */
static bool withdraw(struct multh_core *core, struct multh_thread *self)
{
	uint32_t expected = MULTH_HOT | core->number << 8;
	bool claimed = !wire_withdraw_sleeper(multh.channel, core->number);

	__atomic_compare_exchange_n(&self->state, &expected, MULTH_RUNNING, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
	return claimed;
}

static bool work_is_left(void)
{
	uint32_t i;

	if (__atomic_load_n(&multh.overflow.count, __ATOMIC_SEQ_CST))
		return true;
	for (i = 0; i < multh.cores; i++)
		if (!multh_run_queue_is_empty(&multh.core[i].queue))
			return true;
	return false;
}

struct multh_thread *multh_idle(struct multh_core *core, struct multh_thread *self, bool in_call)
{
	struct multh_thread *next = 0;
	uint32_t spins = 0, spin_limit = multh.config.spin_limit;
	bool searching = false, declared = false, slept_for_timer = false;
	bool relied_on = false; /* somebody may have left a thread to us because we were going to look */

	while (!is_woken(self, in_call)) {
		bool some = multh_poll(core, self, spin_limit && !declared ? SPIN_LOOKS : 1);

		if (is_woken(self, in_call))
			break;
		if (!declared && __atomic_load_n(&multh.wake_pending, __ATOMIC_RELAXED)) {
			__atomic_exchange_n(&multh.wake_pending, 0, __ATOMIC_SEQ_CST);
			relied_on = true;
		}
		some |= multh_fire_timers();
		if (__atomic_load_n(&multh.room_waiters, __ATOMIC_SEQ_CST))
			some |= multh_wake_room_waiters(core, declared);
		if ((next = look_everywhere(core)) || is_woken(self, in_call))
			break;
		if (some)
			continue;
		if (!declared && spins < spin_limit) {
			spins += SPIN_LOOKS;
			if (!searching && spins > SPIN_PRIVATE && multh.cores > 1) {
				__atomic_fetch_add(&multh.searching, 1, __ATOMIC_SEQ_CST);
				searching = relied_on = true;
			}
			__builtin_ia32_pause();
			continue;
		}
		if (!declared) {
			stop_searching(&searching);
			if (!declare(core, self))
				break;
			declared = true;
			continue;
		}
		core->timer_is_fresh = false;
		slept_for_timer = __atomic_load_n(&multh.earliest_timer, __ATOMIC_SEQ_CST) != MULTH_NEVER;
		multh_count(&core->statistics.sleeps, 1);
		multh_port_sleep(core->number, __atomic_load_n(&multh.earliest_timer, __ATOMIC_SEQ_CST));
		relied_on |= withdraw(core, self);
		declared = false;
		spins = 0;
	}
	if (declared)
		relied_on |= withdraw(core, self);
	stop_searching(&searching);
	if (slept_for_timer || core->timer_is_fresh)
		multh_wake_for_timer(core);
	if (relied_on && multh.cores > 1) {
		if (__atomic_load_n(&multh.wake_pending, __ATOMIC_SEQ_CST))
			__atomic_exchange_n(&multh.wake_pending, 0, __ATOMIC_SEQ_CST);
		if (work_is_left())
			multh_wake_searcher(core);
	}
	return next;
}
