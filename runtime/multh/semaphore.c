/* SPDX-License-Identifier: MIT */
/* Unnamed semaphores: a count, and the threads that found it 0; a post gives its unit to the first of them. */
#include "pthread_semaphore.h"

#include "cancel.h"
#include "view.h"

/*
 * A thread gets the last unit, destroys the semaphore and frees its memory, while who posted is still inside sem_post. So
 * every unit is taken under the guard, and who was given one while it waited takes the guard once more: whoever posted has
 * then let go of it, and does not touch the semaphore again.
 */

static int refuse(int error)
{
	errno = error;
	return -1;
}

int sem_init(sem_t *sem, int shared, unsigned value)
{
	(void)shared; /* only this process sees it */
	if (value > SEM_VALUE_MAX)
		return refuse(EINVAL);
	__builtin_memset(sem, 0, sizeof(struct multh_semaphore));
	multh_semaphore_of(sem)->queue.word = value;
	return 0;
}

int sem_destroy(sem_t *sem)
{
	struct multh_wait_queue *queue = &multh_semaphore_of(sem)->queue;
	bool busy;

	multh_spin_lock(&queue->guard);
	busy = queue->first != 0;
	multh_spin_unlock(&queue->guard);
	return busy ? refuse(EBUSY) : 0;
}

int sem_getvalue(sem_t *sem, int *value)
{
	*value = (int)__atomic_load_n(&multh_semaphore_of(sem)->queue.word, __ATOMIC_RELAXED);
	return 0;
}

int sem_post(sem_t *sem)
{
	struct multh_wait_queue *queue = &multh_semaphore_of(sem)->queue;
	struct multh_thread *waiter;
	bool full = false;

	multh_spin_lock(&queue->guard);
	waiter = multh_wait_dequeue(queue, MULTH_GRANTED);
	if (!waiter && !(full = queue->word == SEM_VALUE_MAX))
		__atomic_store_n(&queue->word, queue->word + 1, __ATOMIC_RELAXED);
	multh_spin_unlock(&queue->guard);
	if (waiter)
		multh_unpark(waiter);
	return full ? refuse(EOVERFLOW) : 0;
}

/* Guard held. */
static bool take(struct multh_wait_queue *queue)
{
	if (!queue->word)
		return false;
	__atomic_store_n(&queue->word, queue->word - 1, __ATOMIC_RELAXED);
	return true;
}

int sem_trywait(sem_t *sem)
{
	struct multh_wait_queue *queue = &multh_semaphore_of(sem)->queue;
	bool taken;

	multh_spin_lock(&queue->guard);
	taken = take(queue);
	multh_spin_unlock(&queue->guard);
	return taken ? 0 : refuse(EAGAIN);
}

/* Without a time: for ever. A time that is none is an error only for who has to wait. */
static int wait_until(sem_t *sem, clockid_t clock, const struct timespec *time)
{
	struct multh_wait_queue *queue = &multh_semaphore_of(sem)->queue;
	struct multh_thread *self = multh_self();
	uint64_t deadline = MULTH_NEVER;
	enum multh_wait_state why;
	int error = 0;

	multh_test_cancel(self);
	multh_spin_lock(&queue->guard);
	if (take(queue)) {
		multh_spin_unlock(&queue->guard);
		return 0;
	}
	if (time)
		deadline = multh_deadline(time, (uint32_t)clock, &error);
	if (!error) {
		multh_waits(self, FUTURE_WAIT_SEMAPHORE, sem);
		multh_wait_enqueue(queue, self, false);
	}
	multh_spin_unlock(&queue->guard);
	if (error)
		return refuse(error);
	why = multh_wait_cancellable(queue, self, deadline);
	if (why == MULTH_CANCELLED)
		multh_act_on_cancel();
	if (why != MULTH_GRANTED)
		return refuse(ETIMEDOUT);
	multh_spin_lock(&queue->guard);
	multh_spin_unlock(&queue->guard);
	return 0;
}

int sem_wait(sem_t *sem) { return wait_until(sem, CLOCK_REALTIME, 0); }
int sem_timedwait(sem_t *sem, const struct timespec *time) { return wait_until(sem, CLOCK_REALTIME, time); }

int sem_clockwait(sem_t *sem, clockid_t clock, const struct timespec *time)
{
	if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
		return refuse(EINVAL);
	return wait_until(sem, clock, time);
}
