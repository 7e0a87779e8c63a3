/* SPDX-License-Identifier: MIT */
/* A core without a ready thread: look everywhere, spin a little, declare, look again, sleep; and how it is woken. */
#include "ready.h"

enum {
	SPIN_LOOKS = WIRE_PATIENCE_LOOKS, /* looks at the reply ring before the other places are looked at again */
	SPIN_PRIVATE = 256,               /* turns that belong to the caller's own call, and cost no shared word */
};

/*
 * No work is left lying while a core sleeps. Who makes a thread ready pushes it into its core's queue by a locked
 * instruction (only the core itself does). Then, in this order:
 *  - Its core is in multh_idle and awake (looks): it tells nobody. It looks at that queue again before it sleeps, and
 *    when it leaves with a thread it asks what is left, and wakes a searcher for it.
 *  - The thread is alone in the queue, the core keeps such threads, and there is a watcher (watched): it tells nobody.
 *  - Else it looks at searching, wake_pending and the sleepers, and rings one or starts a core. It may leave the
 *    thread to a core that searches (which looks again before it sleeps), or to one that was woken and has not looked
 *    yet: wake_pending, which that core clears before it looks.
 * Who goes to sleep takes itself out of searching, declares itself a sleeper (a locked instruction each), then looks at
 * every queue again. So either the pusher sees the sleeper, or the sleeper sees the thread.
 *
 * A kept thread waits for its own core, or for the watcher: a declared sleeper that wrote watched = 1 and sleeps with a
 * deadline, looks at every queue, and sleeps again. What lies in front of a queue at two such looks is not kept any
 * longer: a kept thread waits two periods at most, plus a wake-up, if a core is free. The watch ends, whatever the
 * reason (a ring, a timer, a thread that waited, nothing kept for a period), by a locked write of watched = 0, *after*
 * which the watcher goes on as one who was woken: it looks at every queue before it sleeps or leaves. So either who
 * keeps a thread reads 0 and rings, or the watcher finds the thread; if it leaves with another, it wakes a searcher
 * for what is left, and since watched is 0, whoever keeps the next one rings too: a core that was rung and finds
 * nothing to do becomes the next watcher, if any core keeps threads. Without a free core nobody watches, and nobody
 * needs to: each core looks at all queues before it sleeps.
 *
 * A thread's stack is left before its core sleeps (but in a process of one core): any core may run the thread then.
 */

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
		next = multh_steal(core);
	return next;
}

static void stop_searching(struct multh_core *core)
{
	if (core->searching)
		__atomic_fetch_sub(&multh.searching, 1, __ATOMIC_SEQ_CST);
	core->searching = false;
}

/* Spinning cores must leave Linux's side a CPU: it is to do what they wait for (config.spin_cores). */
static bool has_cpu_to_spin(void)
{
	uint64_t sleepers;

	if (multh.cores == 1)
		return multh.config.spin_cores > 0;
	sleepers = wire_load(&multh.channel->sleepers.word);
	return (uint32_t)__builtin_popcountll(__atomic_load_n(&multh.started_cores, __ATOMIC_RELAXED) & ~sleepers) <=
	       multh.config.spin_cores;
}

static void begin_wait(struct multh_core *core)
{
	core->looks = core->waits = true;
	core->spins = 0;
	if (multh.config.spin_limit == WIRE_SPIN_LEARNS) {
		core->may_spin = has_cpu_to_spin() && wire_patience_begin(&core->patience);
		if (core->may_spin && wire_patience_is_timed(&core->patience))
			wire_patience_time(&core->patience, multh_port_ticks());
	} else {
		core->may_spin = multh.config.spin_limit != 0;
	}
}

/* SPIN_LOOKS looks were in vain. False: it has spun for long enough. */
static bool spin(struct multh_core *core)
{
	if (!core->may_spin)
		return false;
	core->spins += SPIN_LOOKS;
	if (multh.config.spin_limit == WIRE_SPIN_LEARNS
		    ? !has_cpu_to_spin() || !wire_patience_goes_on(&core->patience, multh_port_ticks())
		    : core->spins > multh.config.spin_limit)
		return false;
	if (!core->searching && core->spins > SPIN_PRIVATE && multh.cores > 1) {
		__atomic_fetch_add(&multh.searching, 1, __ATOMIC_SEQ_CST);
		core->searching = core->relied_on = true;
	}
	__builtin_ia32_pause();
	return true;
}

/*
 * The wait is over: was spinning worth it? And if it began with a ring to Linux, how long did a wake-up take: all the time
 * since then if this core spun, half of it if it had to be woken, too.
 */
static void learn(struct multh_core *core)
{
	uint64_t now = (core->may_spin ? core->patience.begin : core->rang_linux) ? multh_port_ticks() : 0;

	if (core->may_spin)
		wire_patience_won(&core->patience, now);
	if (core->rang_linux && now)
		wire_patience_woke(&core->patience, (now - core->rang_linux_at) / (core->may_spin ? 1 : 2));
	core->rang_linux = false;
}

/* A declared sleeper has looked at everything again. */
static void sleep_declared(struct multh_core *core, struct multh_thread *self)
{
	uint64_t until_ns = __atomic_load_n(&multh.earliest_timer, __ATOMIC_SEQ_CST);

	if (multh.config.spin_limit == WIRE_SPIN_LEARNS)
		wire_patience_sleeps(&core->patience, core->may_spin, core->may_spin ? multh_port_ticks() : 0);
	core->may_spin = false;
	core->timer_is_fresh = false;
	core->slept_for_timer = until_ns != MULTH_NEVER;
	if (core->rung && multh_begin_watch()) {
		multh_count(&core->statistics.sleeps, 1);
		multh_sleep_watching(core, until_ns);
		core->relied_on = true;
	} else {
		multh_rest(core, self, until_ns);
	}
	multh_woken(core);
	core->rung = !wire_withdraw_sleeper(multh.channel, core->number);
	core->relied_on |= core->rung;
}

/* The core will be busy: what others left to it because it was going to look is somebody else's from here on. */
static void leave(struct multh_core *core)
{
	stop_searching(core);
	core->looks = core->waits = false;
	if (multh.config.spin_limit == WIRE_SPIN_LEARNS)
		learn(core);
	if (core->slept_for_timer || core->timer_is_fresh)
		multh_wake_for_timer(core);
	core->slept_for_timer = false;
	if (multh.cores == 1 || (!core->relied_on && multh_run_queue_is_empty(&core->queue)))
		return;
	core->relied_on = false;
	if (__atomic_load_n(&multh.wake_pending, __ATOMIC_SEQ_CST))
		__atomic_exchange_n(&multh.wake_pending, 0, __ATOMIC_SEQ_CST);
	if (multh_work_is_left())
		multh_wake_searcher(core);
}

/* What brings work beside the replies and the queues. True: it did. */
static bool look_at_the_rest(struct multh_core *core, bool declared)
{
	bool some;

	if (!declared && __atomic_load_n(&multh.wake_pending, __ATOMIC_RELAXED)) {
		__atomic_exchange_n(&multh.wake_pending, 0, __ATOMIC_SEQ_CST);
		core->relied_on = true;
	}
	some = multh_fire_timers();
	if (__atomic_load_n(&multh.room_waiters, __ATOMIC_SEQ_CST))
		some |= multh_wake_room_waiters(core, declared);
	return some;
}

struct multh_thread *multh_idle(struct multh_core *core, struct multh_thread *self, bool in_call)
{
	struct multh_thread *next = 0;
	bool declared = false;

	if (!core->waits)
		begin_wait(core);
	while (!is_woken(self, in_call)) {
		bool some = multh_poll(core, self, core->may_spin && !declared ? SPIN_LOOKS : 1);

		if (is_woken(self, in_call))
			break;
		some |= look_at_the_rest(core, declared);
		if ((next = look_everywhere(core)) || is_woken(self, in_call))
			break;
		if (some || (!declared && spin(core)))
			continue;
		if (multh.cores > 1 && self != core->idle)
			return core->idle; /* which calls this again, and sleeps on its own stack */
		if (declared) {
			sleep_declared(core, self);
		} else {
			stop_searching(core);
			wire_declare_sleeper(multh.channel, core->number);
		}
		declared = !declared; /* as a declared sleeper it looks at everything once more */
	}
	if (declared)
		core->relied_on |= !wire_withdraw_sleeper(multh.channel, core->number);
	leave(core);
	return next;
}
