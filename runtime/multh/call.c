/* SPDX-License-Identifier: MIT */
/* Delegated calls: the request into the ring, the thread parked until its reply came; waiting for room; cancel. */
#include "include/future/call.h"

#include <errno.h>

#include "cancel.h"
#include "nop_wire.h"
#include "view.h"

/* ---- a full request ring ---- */

enum { ENOUGH_ROOM = WIRE_MESSAGE_MAX_LINES }; /* lines free before the waiters are tried again: any message fits */

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

static void wait_for_room(struct multh_thread *self)
{
	struct multh_core *core = self->core;

	multh_count(&core->statistics.room_waits, 1);
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
	/* The wish, for the sake of cores that sleep already: this one may be busy for long, and look only then. */
	if (wire_want_room(&core->sender, ENOUGH_ROOM))
		multh_wake_room_waiters(core, false);
	multh_waits(self, FUTURE_WAIT_ROOM, 0);
	while (__atomic_load_n(&self->wait_state, __ATOMIC_ACQUIRE) == MULTH_WAITING)
		multh_park(self);
}

static void send(struct multh_thread *self, const uint64_t *message)
{
	struct multh_core *core = self->core;

	while (__builtin_expect(wire_send(&core->sender, message) == WIRE_FULL, 0)) {
		/* Linux stops answering only when the replies have no room either: take them first. */
		if (!multh_poll(core, self, 1))
			wait_for_room(self);
		core = self->core;
	}
	multh_count(&core->statistics.delegated_calls, 1);
	/* Another thread is likely to call next: the line of its request comes meanwhile. */
	if (!multh_run_queue_is_empty(&core->queue))
		wire_expect_send(&core->sender);
	if (wire_must_ring_linux(&multh.channel->request)) {
		multh_count(&core->statistics.linux_rings, 1);
		core->rang_linux = true;
		core->rang_linux_at = multh_port_ticks();
		multh_port_ring_linux();
	}
}

/* What gets no reply, and is no call in flight (deadlock.c). */
static void post(struct multh_thread *self, const uint64_t *message)
{
	send(self, message);
	multh_count(&self->core->statistics.posts, 1);
}

/* ---- calls ---- */

static void begin_call(struct multh_thread *self, uint64_t *message, uint16_t type, uint32_t size,
		       struct wire_reply *reply)
{
	uint32_t sequence = ++self->sequence;

	message[0] = wire_publish_word(size, type, 0);
	message[1] = wire_who_word(self->ltn, sequence);
	self->reply = reply;
	wire_expect_send(&self->core->sender);
	__atomic_store_n(&self->call, (uint64_t)sequence << 32 | MULTH_CALL_IN_FLIGHT, __ATOMIC_RELEASE);
	send(self, message);
}

void future_call(uint64_t *message, uint16_t type, uint32_t size, struct wire_reply *reply)
{
	struct multh_thread *self = multh_self();

	begin_call(self, message, type, size, reply);
	while (!multh_call_is_done(self))
		multh_park_in_call(self);
}

void future_post(uint64_t *message, uint16_t type, uint32_t size)
{
	struct multh_thread *self = multh_self();

	message[0] = wire_publish_word(size, type, WIRE_FLAG_ONEWAY);
	message[1] = wire_who_word(self->ltn, ++self->sequence);
	post(self, message);
}

/* ---- cancel ---- */

/* Of the call of the message's ltn. */
static void post_cancel(struct multh_thread *self, uint32_t ltn, uint32_t sequence)
{
	struct nop_cancel_request request = {.sequence = sequence};
	uint64_t message[NOP_CANCEL_WORDS];

	message[0] = wire_publish_word(nop_cancel_encode(message, &request), NOP_CANCEL_TYPE, WIRE_FLAG_ONEWAY);
	message[1] = wire_who_word(ltn, sequence);
	post(self, message);
}

int multh_cancel_call(unsigned long pthread)
{
	struct multh_thread *self = multh_self(), *thread = multh_find_thread(pthread);
	uint64_t call;

	if (!thread)
		return ESRCH;
	call = __atomic_load_n(&thread->call, __ATOMIC_ACQUIRE);
	if (!((uint32_t)call & MULTH_CALL_IN_FLIGHT))
		return EINVAL;
	post_cancel(self, (uint32_t)pthread, (uint32_t)(call >> 32));
	return 0;
}

void future_call_cancellable(uint64_t *message, uint16_t type, uint32_t size, struct wire_reply *reply)
{
	struct multh_thread *self = multh_self();
	bool asked = false;

	multh_test_cancel(self);
	begin_call(self, message, type, size, reply);
	while (!multh_call_is_done(self)) {
		if (!asked && multh_is_cancelled(self)) {
			asked = true;
			post_cancel(self, self->ltn, self->sequence);
		} else {
			multh_park_in_call(self);
		}
	}
	if (asked && (reply->error == EINTR || reply->error == ECANCELED))
		multh_act_on_cancel();
}
