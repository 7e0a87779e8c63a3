/* SPDX-License-Identifier: MIT */
/* Condition variables: a FIFO of parked threads; a signal wakes the first. */
#include "pthread_internal.h"

#include "cancel.h"
#include "view.h"

/* In the attribute's word. */
enum { CLOCK_OF = 0xff, SHARED = 0x100 };

static struct multh_cond *cond_of(pthread_cond_t *cond) { return (struct multh_cond *)cond; }

int pthread_cond_init(pthread_cond_t *cond, const pthread_condattr_t *attributes)
{
	__builtin_memset(cond, 0, sizeof *cond);
	if (attributes)
		cond_of(cond)->clock = *(const uint32_t *)attributes & CLOCK_OF;
	return 0;
}

int pthread_cond_destroy(pthread_cond_t *cond) { return cond_of(cond)->queue.first ? EBUSY : 0; }

static int wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex, uint64_t deadline_ns)
{
	struct multh_mutex *lock = (struct multh_mutex *)mutex;
	struct multh_wait_queue *queue = &cond_of(cond)->queue;
	struct multh_thread *self = multh_self();
	enum multh_wait_state why;
	uint32_t depth = lock->depth;
	int error;

	/* In the queue before the mutex is free: whoever signals with the mutex held after this finds us. */
	multh_spin_lock(&queue->guard);
	multh_wait_enqueue(queue, self, false);
	multh_spin_unlock(&queue->guard);
	if (lock->kind & MULTH_MUTEX_RECURSIVE)
		lock->depth = 1;
	error = multh_mutex_unlock(lock);
	if (error) { /* not ours; leave the queue by a deadline that has passed */
		multh_wait(queue, self, 0);
		return error;
	}
	multh_waits(self, FUTURE_WAIT_CONDITION, cond);
	why = multh_wait_cancellable(queue, self, deadline_ns);
	if (why == MULTH_CANCELLED)
		self->cancel.ending = 1; /* the mutex is waited for all the same */
	error = multh_mutex_lock(lock);
	if (lock->kind & MULTH_MUTEX_RECURSIVE)
		lock->depth = depth;
	if (why == MULTH_CANCELLED) /* the handlers find the mutex locked */
		multh_act_on_cancel();
	return error ? error : why == MULTH_TIMED_OUT ? ETIMEDOUT : 0;
}

int pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex) { return wait_until(cond, mutex, MULTH_NEVER); }

int pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *time)
{
	int error;
	uint64_t deadline = multh_deadline(time, cond_of(cond)->clock, &error);

	return error ? error : wait_until(cond, mutex, deadline);
}

int pthread_cond_clockwait(pthread_cond_t *cond, pthread_mutex_t *mutex, clockid_t clock, const struct timespec *time)
{
	int error;
	uint64_t deadline = multh_deadline(time, (uint32_t)clock, &error);

	if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
		return EINVAL;
	return error ? error : wait_until(cond, mutex, deadline);
}

static struct multh_thread *wake_first(struct multh_wait_queue *queue)
{
	struct multh_thread *thread;

	multh_spin_lock(&queue->guard);
	thread = multh_wait_dequeue(queue, MULTH_WOKEN);
	multh_spin_unlock(&queue->guard);
	if (thread)
		multh_unpark(thread);
	return thread;
}

int pthread_cond_signal(pthread_cond_t *cond)
{
	struct multh_wait_queue *queue = &cond_of(cond)->queue;

	/* A waiter stands here before it unlocks the mutex: whoever holds that sees it. POSIX promises others nothing. */
	if (__atomic_load_n(&queue->first, __ATOMIC_ACQUIRE))
		wake_first(queue);
	return 0;
}

int pthread_cond_broadcast(pthread_cond_t *cond)
{
	struct multh_wait_queue *queue = &cond_of(cond)->queue;
	struct multh_thread *last, *woken;

	if (!__atomic_load_n(&queue->first, __ATOMIC_ACQUIRE))
		return 0;
	multh_spin_lock(&queue->guard);
	last = queue->last;
	multh_spin_unlock(&queue->guard);
	/* Up to who is last now. If that one times out meanwhile, some are woken that came later, as POSIX allows. */
	do
		woken = last ? wake_first(queue) : 0;
	while (woken && woken != last);
	return 0;
}

/* ---- attributes ---- */

int pthread_condattr_init(pthread_condattr_t *attributes)
{
	*(uint32_t *)attributes = CLOCK_REALTIME;
	return 0;
}

int pthread_condattr_destroy(pthread_condattr_t *attributes)
{
	(void)attributes;
	return 0;
}

int pthread_condattr_setclock(pthread_condattr_t *attributes, clockid_t clock)
{
	if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
		return EINVAL;
	*(uint32_t *)attributes = (*(const uint32_t *)attributes & SHARED) | (uint32_t)clock;
	return 0;
}

int pthread_condattr_getclock(const pthread_condattr_t *attributes, clockid_t *clock)
{
	*clock = (clockid_t)(*(const uint32_t *)attributes & CLOCK_OF);
	return 0;
}

int pthread_condattr_getpshared(const pthread_condattr_t *attributes, int *shared)
{
	*shared = *(const uint32_t *)attributes & SHARED ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE;
	return 0;
}

int pthread_condattr_setpshared(pthread_condattr_t *attributes, int shared)
{
	uint32_t *word = (uint32_t *)attributes;

	if (shared != PTHREAD_PROCESS_PRIVATE && shared != PTHREAD_PROCESS_SHARED)
		return EINVAL;
	*word = (*word & CLOCK_OF) | (shared == PTHREAD_PROCESS_SHARED ? SHARED : 0);
	return 0;
}
