/* SPDX-License-Identifier: MIT */
/* Cancellation: deferred. Who cancels leaves a mark and wakes the thread; the thread looks where it may end. */
#ifndef MULTH_CANCEL_H
#define MULTH_CANCEL_H

#include "wait_queue.h"

/*
 * A thread that waits at a cancellation point looks for the mark each time before it parks. The mark is written before
 * the unpark, so either it is seen by that look, or the park returns and the next look sees it. Whether a wait ends by
 * its cause or by cancellation is decided under the guard that decides its cause: never both, so no wake-up is lost.
 */
static inline bool multh_is_cancelled(const struct multh_thread *self)
{
	return __builtin_expect(__atomic_load_n(&self->cancel.marked, __ATOMIC_ACQUIRE), 0) && !self->cancel.disabled &&
	       !self->cancel.ending;
}

/* Ends the thread as pthread_exit(PTHREAD_CANCELED) does; the caller holds nothing that a handler does not give back. */
__attribute__((noreturn)) static inline void multh_act_on_cancel(void) { multh.up.end_cancelled(); }

/* A cancellation point that does not wait. */
static inline void multh_test_cancel(const struct multh_thread *self)
{
	if (multh_is_cancelled(self))
		multh_act_on_cancel();
}

/* As multh_wait; MULTH_CANCELLED: taken out of the queue because the thread is to end, which is left to the caller. */
enum multh_wait_state multh_wait_cancellable(struct multh_wait_queue *queue, struct multh_thread *self,
					     uint64_t deadline_ns);

/* A frame of pthread_cleanup_push, on the stack of its thread. */
struct multh_cleanup {
	void (*routine)(void *);
	void *argument;
	int cancel_type;
	struct multh_cleanup *previous;
};

void multh_cleanup_push(struct multh_cleanup *frame, void (*routine)(void *), void *argument);
void multh_cleanup_pop(struct multh_cleanup *frame, int execute);
/* What a thread does first when it ends: its handlers, the youngest first. */
void multh_run_cleanups(struct multh_thread *self);

#endif
