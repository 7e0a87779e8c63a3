/* SPDX-License-Identifier: MIT */
/* Delegated calls: the request into the ring, the thread parked until its reply came; cancel. */
#include "include/future/call.h"

#include <errno.h>

#include "cancel.h"
#include "nop_wire.h"
#include "view.h"

/* ---- the request ring ---- */

static void wait_for_room(struct multh_thread *self)
{
	struct multh_core *core = self->core;

	multh_count(&core->statistics.room_waits, 1);
	multh_room_enqueue(self);
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

/* A message that gets no reply; counted apart, or deadlock.c would wait for one. */
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

/* The call to be cancelled is the one that thread `ltn` sent as its `sequence`: so the header has to say it. */
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
