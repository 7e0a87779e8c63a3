/* SPDX-License-Identifier: MIT */
/* Barriers: all but the last to come wait in a queue; the last one takes it away whole and wakes each. */
#include "pthread_internal.h"
#include "view.h"

static struct multh_barrier *barrier_of(pthread_barrier_t *barrier) { return (struct multh_barrier *)barrier; }

int pthread_barrier_init(pthread_barrier_t *barrier, const pthread_barrierattr_t *attributes, unsigned count)
{
	(void)attributes; /* process-shared or not: only this process sees it */
	if (count == 0)
		return EINVAL;
	__builtin_memset(barrier, 0, sizeof(struct multh_barrier));
	barrier_of(barrier)->count = count;
	return 0;
}

/* A barrier that is destroyed has the count 0, which a wait refuses. */
int pthread_barrier_destroy(pthread_barrier_t *barrier)
{
	struct multh_wait_queue *queue = &barrier_of(barrier)->queue;
	int error = 0;

	multh_spin_lock(&queue->guard);
	if (barrier_of(barrier)->count == 0)
		error = EINVAL;
	else if (queue->first)
		error = EBUSY;
	else
		barrier_of(barrier)->count = 0;
	multh_spin_unlock(&queue->guard);
	return error;
}

/*
 * Nobody else takes a thread out of this queue: there is no time limit and no cancellation. So the links hold until the
 * thread is told, and all have left before the first is: the barrier may be used again, or be destroyed, at once.
 */
static void release(struct multh_thread *thread)
{
	while (thread) {
		struct multh_thread *next = thread->wait_next;

		__atomic_store_n(&thread->wait_state, MULTH_WOKEN, __ATOMIC_RELEASE);
		multh_unpark(thread);
		thread = next;
	}
}

int pthread_barrier_wait(pthread_barrier_t *barrier)
{
	struct multh_wait_queue *queue = &barrier_of(barrier)->queue;
	struct multh_thread *self = multh_self(), *first;

	multh_spin_lock(&queue->guard);
	if (barrier_of(barrier)->count == 0) {
		multh_spin_unlock(&queue->guard);
		return EINVAL;
	}
	if (++queue->word < barrier_of(barrier)->count) {
		multh_waits(self, FUTURE_WAIT_BARRIER, barrier);
		multh_wait_enqueue(queue, self, false);
		multh_spin_unlock(&queue->guard);
		multh_wait(queue, self, MULTH_NEVER);
		return 0;
	}
	first = queue->first;
	queue->first = queue->last = 0;
	queue->word = 0;
	multh_spin_unlock(&queue->guard);
	release(first);
	return PTHREAD_BARRIER_SERIAL_THREAD;
}

/* ---- attributes ---- */

int pthread_barrierattr_init(pthread_barrierattr_t *attributes) { return multh_shared_init(attributes); }
int pthread_barrierattr_destroy(pthread_barrierattr_t *attributes)
{
	(void)attributes;
	return 0;
}
int pthread_barrierattr_getpshared(const pthread_barrierattr_t *attributes, int *shared)
{
	return multh_shared_get(attributes, shared);
}
int pthread_barrierattr_setpshared(pthread_barrierattr_t *attributes, int shared)
{
	return multh_shared_set(attributes, shared);
}
