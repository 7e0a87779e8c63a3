/* SPDX-License-Identifier: MIT */
/* Threads that wait until a full request ring has room: who they are, and how they are woken. */
#include "ready.h"

enum { ENOUGH_ROOM = WIRE_MESSAGE_MAX_LINES }; /* lines free before the waiters are tried again: any message fits */

void multh_room_enqueue(struct multh_thread *self)
{
	struct multh_core *core = self->core;

	multh_spin_lock(&multh.room_guard);
	__atomic_store_n(&self->wait_state, MULTH_WAITING, __ATOMIC_RELAXED);
	self->wait_next = 0;
	if (multh.room_last)
		multh.room_last->wait_next = self;
	else
		multh.room_first = self;
	multh.room_last = self;
	__atomic_fetch_add(&multh.room_waiters, 1, __ATOMIC_SEQ_CST);
	multh_spin_unlock(&multh.room_guard);
	/* Linux is asked to ring a core when there is room: ours may be busy for long before it looks itself. */
	if (wire_want_room(&core->sender, ENOUGH_ROOM))
		multh_wake_room_waiters(core, false);
}

/*
 * Waiters are woken all together, when any message fits, and try again. A core that is about to sleep has declared
 * itself a sleeper and now asks to be rung when the head moves; false: Linux will ring.
 */
bool multh_wake_room_waiters(struct multh_core *core, bool about_to_sleep)
{
	struct multh_thread *thread;
	uint64_t count;

	if (!(about_to_sleep ? wire_want_room(&core->sender, ENOUGH_ROOM)
			     : wire_has_room(&core->sender, wire_load(core->sender.tail), ENOUGH_ROOM)))
		return false;
	multh_spin_lock(&multh.room_guard);
	thread = multh.room_first;
	count = __atomic_load_n(&multh.room_waiters, __ATOMIC_RELAXED);
	multh.room_first = multh.room_last = 0;
	__atomic_store_n(&multh.room_waiters, 0, __ATOMIC_SEQ_CST);
	multh_spin_unlock(&multh.room_guard);
	while (thread) {
		struct multh_thread *next = thread->wait_next;

		__atomic_store_n(&thread->wait_state, MULTH_WOKEN, __ATOMIC_RELEASE);
		multh_unpark(thread);
		thread = next;
	}
	return count != 0;
}
