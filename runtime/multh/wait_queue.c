/* SPDX-License-Identifier: MIT */
/* Queue of parked threads: enter, take out, wait with a deadline. */
#include "cancel.h"

void multh_wait_insert(struct multh_wait_queue *queue, struct multh_thread *thread, struct multh_thread *next)
{
	__atomic_store_n(&thread->wait_state, MULTH_WAITING, __ATOMIC_RELAXED);
	thread->wait_next = next;
	thread->wait_previous = next ? next->wait_previous : queue->last;
	if (next)
		next->wait_previous = thread;
	else
		queue->last = thread;
	if (thread->wait_previous)
		thread->wait_previous->wait_next = thread;
	else
		queue->first = thread;
}

/* Nearly always all have priority 0: the look from the nearer end is one look. */
void multh_wait_enqueue(struct multh_wait_queue *queue, struct multh_thread *thread, bool in_front)
{
	const uint8_t priority = thread->schedule.priority;
	struct multh_thread *next = queue->first, *last;

	if (in_front) {
		while (next && next->schedule.priority > priority)
			next = next->wait_next;
	} else {
		next = 0;
		for (last = queue->last; last && last->schedule.priority < priority; last = last->wait_previous)
			next = last;
	}
	multh_wait_insert(queue, thread, next);
}

static void take_out(struct multh_wait_queue *queue, struct multh_thread *thread)
{
	if (thread->wait_next)
		thread->wait_next->wait_previous = thread->wait_previous;
	else
		queue->last = thread->wait_previous;
	if (thread->wait_previous)
		thread->wait_previous->wait_next = thread->wait_next;
	else
		queue->first = thread->wait_next;
}

struct multh_thread *multh_wait_dequeue(struct multh_wait_queue *queue, enum multh_wait_state why)
{
	struct multh_thread *thread = queue->first;

	if (thread) {
		take_out(queue, thread);
		__atomic_store_n(&thread->wait_state, why, __ATOMIC_RELEASE);
	}
	return thread;
}

static enum multh_wait_state wait(struct multh_wait_queue *queue, struct multh_thread *self, uint64_t deadline_ns,
				  bool may_end)
{
	for (;;) {
		uint32_t state = __atomic_load_n(&self->wait_state, __ATOMIC_ACQUIRE);
		bool ends;

		if (state != MULTH_WAITING)
			return state;
		ends = may_end && multh_is_cancelled(self);
		if (!ends && multh_park_until(self, deadline_ns))
			continue;
		multh_spin_lock(&queue->guard);
		if (__atomic_load_n(&self->wait_state, __ATOMIC_RELAXED) == MULTH_WAITING) {
			take_out(queue, self);
			__atomic_store_n(&self->wait_state, ends ? MULTH_CANCELLED : MULTH_TIMED_OUT, __ATOMIC_RELAXED);
		}
		multh_spin_unlock(&queue->guard);
	}
}

enum multh_wait_state multh_wait(struct multh_wait_queue *queue, struct multh_thread *self, uint64_t deadline_ns)
{
	return wait(queue, self, deadline_ns, false);
}

enum multh_wait_state multh_wait_cancellable(struct multh_wait_queue *queue, struct multh_thread *self,
					     uint64_t deadline_ns)
{
	return wait(queue, self, deadline_ns, true);
}
