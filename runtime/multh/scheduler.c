/* SPDX-License-Identifier: MIT */
/* Park, unpark, yield, leave: which thread a core runs next. Idle cores are idle.c's. */
#include "ready.h"
#include "sanitizer.h"
#include "view.h"

/* ---- switching ---- */

/* The canary says whether the stack above grew into this slot; the pointer, whether ours has left its own. */
static void check_stack(const struct multh_thread *self)
{
	if (self->canary != multh.canary)
		multh_end(FUTURE_LAST_OVERFLOW, (uintptr_t)&self->canary, 6);
	if ((char *)__builtin_frame_address(0) < self->stack_low)
		multh_end(FUTURE_LAST_OVERFLOW, (uintptr_t)self->stack_low - 1, 6);
}

/* On the stack of the thread that runs now: what its predecessor could not do while it still used its own stack. */
static void finish_switch(struct multh_thread *previous)
{
	uint32_t expected = MULTH_RUNNING;

	switch (previous->after) {
	case MULTH_AFTER_PARK:
		if (__atomic_compare_exchange_n(&previous->state, &expected, MULTH_COLD, false, __ATOMIC_SEQ_CST,
						__ATOMIC_ACQUIRE))
			return; /* it is parked: whoever unparks it owns it, we must not touch it any more */
		/* Somebody unparked it after it had decided to park: it is ready at once. */
		__atomic_store_n(&previous->state, MULTH_RUNNING, __ATOMIC_SEQ_CST);
		multh_make_ready(multh_self()->core, previous);
		return;
	case MULTH_AFTER_YIELD:
		multh_make_ready(multh_self()->core, previous);
		return;
	case MULTH_AFTER_EXIT:
		multh_after_exit(previous);
		return;
	}
}

static void switch_to(struct multh_thread *self, struct multh_thread *next, enum multh_after after)
{
	struct multh_core *core = self->core;
	struct multh_thread *previous;

	check_stack(self);
	multh_count(&core->statistics.switches, 1);
	self->after = after;
	next->core = core;
	__atomic_store_n(&core->running, next, __ATOMIC_RELAXED);
	multh_sanitizer_switch(next, after == MULTH_AFTER_EXIT);
	multh_port_set_self(next);
	previous = multh_context_switch(&self->stack_pointer, next->stack_pointer, self);
	multh_sanitizer_arrived(self);
	finish_switch(previous);
}

/* A core's idle thread: where the core is when the thread it ran has ended and none is ready. */
__attribute__((noreturn)) static void idle_for_ever(struct multh_core *core)
{
	__atomic_store_n(&core->running, core->idle, __ATOMIC_RELAXED);
	for (;;) {
		struct multh_thread *next = multh_idle(core, core->idle, false);

		if (next)
			switch_to(core->idle, next, MULTH_AFTER_NONE);
	}
}

/* First instructions of a thread's life, on its own stack. */
void multh_thread_main(struct multh_thread *previous)
{
	struct multh_thread *self = multh_self();

	multh_sanitizer_arrived(self);
	finish_switch(previous);
	if (self == self->core->idle)
		idle_for_ever(self->core);
	multh.up.live(self);
}

/* ---- who is next ---- */

/* A ready thread without searching for one; now and then looks at what a busy core would otherwise forget. */
static struct multh_thread *next_ready(struct multh_core *core, struct multh_thread *self)
{
	struct multh_thread *next;

	if (core->rang_at)
		multh_judge(core);
	core->tick++;
	if (core->tick % MULTH_POLL_INTERVAL == 0)
		multh_poll(core, self, 1);
	if (core->tick % MULTH_FAIR_INTERVAL == 0) {
		multh_fire_timers();
		if (__atomic_load_n(&multh.room_waiters, __ATOMIC_RELAXED))
			multh_wake_room_waiters(core, false);
		if ((next = multh_take_overflow(core, 1)))
			return next;
	}
	if ((next = multh_run_queue_pop(&core->queue)))
		return next;
	return multh_take_overflow(core, MULTH_OVERFLOW_BATCH);
}

/* ---- park and unpark ---- */

static bool take_token(struct multh_thread *self)
{
	return __atomic_load_n(&self->state, __ATOMIC_RELAXED) == MULTH_NOTIFIED &&
	       __atomic_exchange_n(&self->state, MULTH_RUNNING, __ATOMIC_SEQ_CST) == MULTH_NOTIFIED;
}

static void park(struct multh_thread *self, bool in_call)
{
	struct multh_core *core = self->core;
	struct multh_thread *next;

	if (take_token(self))
		return;
	next = next_ready(core, self);
	if (next && in_call && multh_call_is_done(self)) {
		/*
		 * We were about to park until our call is answered, and next_ready() has just taken that very answer out of
		 * the ring. Who takes his own answer is not unparked by it: if we parked now, nobody would ever wake us. So
		 * we go on, and `next` stays ready.
		 */
		multh_make_ready(core, next);
		return;
	}
	if (next && core->timer_is_fresh)
		multh_wake_for_timer(core);
	if (!next && !(next = multh_idle(core, self, in_call))) {
		take_token(self);
		return;
	}
	switch_to(self, next, MULTH_AFTER_PARK);
}

void multh_park(struct multh_thread *self) { park(self, false); }
void multh_park_in_call(struct multh_thread *self) { park(self, true); }

void multh_yield(void)
{
	struct multh_thread *self = multh_self();
	struct multh_thread *next = next_ready(self->core, self);

	if (!next) {
		multh_poll(self->core, self, 1);
		multh_fire_timers();
		next = multh_run_queue_pop(&self->core->queue);
	}
	if (next)
		switch_to(self, next, MULTH_AFTER_YIELD);
}

void multh_leave(struct multh_thread *self, struct multh_thread *next)
{
	if (!next)
		next = next_ready(self->core, self);
	if (!next) {
		next = self->core->idle;
		self->core->looks = true;
	}
	multh_check_stack_below(self);
	switch_to(self, next, MULTH_AFTER_EXIT);
	__builtin_unreachable();
}
