/* SPDX-License-Identifier: MIT */
/* FIFO of parked threads inside a mutex, a condition variable, …: guard, first, last; links live in the threads. */
#ifndef MULTH_WAIT_QUEUE_H
#define MULTH_WAIT_QUEUE_H

#include "scheduler.h"

struct multh_wait_queue {
	uint32_t guard;    /* spin lock; held by the caller of all functions but multh_wait */
	uint32_t word;     /* the owner's: a mutex's state */
	struct multh_thread *first, *last;
};

void multh_wait_enqueue(struct multh_wait_queue *queue, struct multh_thread *thread, bool in_front);
/* Takes the first out and says why; the caller drops the guard, then unparks it. NULL: nobody waits. */
struct multh_thread *multh_wait_dequeue(struct multh_wait_queue *queue, enum multh_wait_state why);
/* Guard not held. Parks the enqueued caller until dequeued, or until the deadline takes it out again. */
enum multh_wait_state multh_wait(struct multh_wait_queue *queue, struct multh_thread *self, uint64_t deadline_ns);

#endif
