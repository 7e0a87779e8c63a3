/* SPDX-License-Identifier: MIT */
/*
 * Queue of parked threads inside a mutex, a condition variable, …: guard, first, last; links live in the threads. The
 * higher priorities stand in front, equal ones in the order in which they came. A priority that changes meanwhile counts
 * from the next wait on.
 */
#ifndef MULTH_WAIT_QUEUE_H
#define MULTH_WAIT_QUEUE_H

#include "ready.h"

struct multh_wait_queue {
	uint32_t guard;    /* spin lock; held by the caller of all functions but multh_wait */
	uint32_t word;     /* the owner's: a mutex's state */
	struct multh_thread *first, *last;
};

/* `in_front`: of those with the same priority. */
void multh_wait_enqueue(struct multh_wait_queue *queue, struct multh_thread *thread, bool in_front);
/* Where the caller wants it: before `next`, or as the last if that is NULL. */
void multh_wait_insert(struct multh_wait_queue *queue, struct multh_thread *thread, struct multh_thread *next);
/* Takes the first out and says why; the caller drops the guard, then unparks it. NULL: nobody waits. */
struct multh_thread *multh_wait_dequeue(struct multh_wait_queue *queue, enum multh_wait_state why);
/* Guard not held. Parks the enqueued caller until dequeued, or until the deadline takes it out again. */
enum multh_wait_state multh_wait(struct multh_wait_queue *queue, struct multh_thread *self, uint64_t deadline_ns);

#endif
