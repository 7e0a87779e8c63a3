/* SPDX-License-Identifier: MIT */
/* Read-write locks: one queue for both, served by priority, then in the order of arrival, so neither side starves the other. */
#include "pthread_internal.h"
#include "view.h"

/*
 * The queue's word is how many threads read, or WRITTEN. Whoever comes while somebody waits queues behind him, and an
 * unlock hands the lock to the first: a writer, or all readers up to the next writer. One may pass: a thread that holds
 * a lock for reading already, of whichever object. Behind a writer who waits for that very thread it would never go on.
 * As POSIX has it for SCHED_FIFO and SCHED_RR, a reader also passes waiters of lower priorities only, and a writer stands
 * before the readers of its own.
 * What a thread in the queue waits for is its wait_kind. All of it is read and written under the guard.
 */
enum { WRITTEN = 0xffffffffu, MOST_READERS = 0x7fffffff };

static struct multh_rwlock *lock_of(pthread_rwlock_t *lock) { return (struct multh_rwlock *)lock; }
static uint32_t self_id(void) { return multh_self()->ltn + 1; }

int pthread_rwlock_init(pthread_rwlock_t *lock, const pthread_rwlockattr_t *attributes)
{
	(void)attributes; /* nothing in them makes a difference here */
	__builtin_memset(lock, 0, sizeof(struct multh_rwlock));
	return 0;
}

int pthread_rwlock_destroy(pthread_rwlock_t *lock)
{
	struct multh_wait_queue *queue = &lock_of(lock)->queue;
	int error;

	multh_spin_lock(&queue->guard);
	error = queue->word || queue->first ? EBUSY : 0;
	multh_spin_unlock(&queue->guard);
	return error;
}

/* ---- who may have it ---- */

static bool wants_to_write(const struct multh_thread *thread)
{
	return __atomic_load_n(&thread->wait_kind, __ATOMIC_RELAXED) == FUTURE_WAIT_WRITE_LOCK;
}

/* 0, EBUSY or EAGAIN; the lock is the caller's or `thread`'s then. */
static int take(struct multh_rwlock *lock, struct multh_thread *thread, bool to_write)
{
	if (lock->queue.word == WRITTEN || (to_write && lock->queue.word))
		return EBUSY;
	if (lock->queue.word == MOST_READERS)
		return EAGAIN;
	lock->queue.word = to_write ? (uint32_t)WRITTEN : lock->queue.word + 1;
	if (to_write)
		lock->writer = thread->ltn + 1;
	return 0;
}

static int take_in_turn(struct multh_rwlock *lock, struct multh_thread *self, bool to_write)
{
	const struct multh_thread *first = lock->queue.first;

	if (first && (to_write || !self->read_locks) && first->schedule.priority >= self->schedule.priority)
		return EBUSY;
	return take(lock, self, to_write);
}

static void enqueue(struct multh_rwlock *lock, struct multh_thread *self, bool to_write)
{
	const uint8_t priority = self->schedule.priority;
	struct multh_thread *next = lock->queue.first;

	if (!to_write || priority == 0) {
		multh_wait_enqueue(&lock->queue, self, false);
		return;
	}
	while (next && (next->schedule.priority > priority || (next->schedule.priority == priority && wants_to_write(next))))
		next = next->wait_next;
	multh_wait_insert(&lock->queue, self, next);
}

/*
 * Guard held, and given back: everybody whose turn it is goes on. Whoever has been told may unlock and destroy the lock
 * at once, so it is touched again only while somebody still waits for it.
 */
static void hand_over(struct multh_rwlock *lock)
{
	bool more = true;

	while (more) {
		struct multh_thread *next = lock->queue.first;

		if (!next || take(lock, next, wants_to_write(next))) {
			multh_spin_unlock(&lock->queue.guard);
			return;
		}
		multh_wait_dequeue(&lock->queue, MULTH_GRANTED);
		more = !wants_to_write(next) && lock->queue.first && !wants_to_write(lock->queue.first);
		multh_spin_unlock(&lock->queue.guard);
		multh_unpark(next);
		if (more)
			multh_spin_lock(&lock->queue.guard);
	}
}

/* ---- lock ---- */

static int wait(struct multh_rwlock *lock, struct multh_thread *self, uint64_t deadline_ns)
{
	enum multh_wait_state why = multh_wait(&lock->queue, self, deadline_ns);

	/*
	 * Whoever gave us the lock may still hold its guard, and we might destroy the lock next: so through the guard once
	 * more. And if we gave up, those who stood behind us may be able to go on.
	 */
	multh_spin_lock(&lock->queue.guard);
	if (why == MULTH_GRANTED) {
		multh_spin_unlock(&lock->queue.guard);
		return 0;
	}
	hand_over(lock);
	return ETIMEDOUT;
}

/* Without a time: for ever. A time that is none is an error only for who has to wait. */
static int lock_until(struct multh_rwlock *lock, bool to_write, clockid_t clock, const struct timespec *time)
{
	struct multh_thread *self = multh_self();
	uint64_t deadline = MULTH_NEVER;
	int error;

	multh_spin_lock(&lock->queue.guard);
	if (lock->queue.word == WRITTEN && lock->writer == self_id())
		error = EDEADLK;
	else
		error = take_in_turn(lock, self, to_write);
	if (error != EBUSY) {
		multh_spin_unlock(&lock->queue.guard);
	} else {
		error = 0;
		if (time)
			deadline = multh_deadline(time, (uint32_t)clock, &error);
		if (!error) {
			multh_waits(self, to_write ? FUTURE_WAIT_WRITE_LOCK : FUTURE_WAIT_READ_LOCK, lock);
			enqueue(lock, self, to_write);
		}
		multh_spin_unlock(&lock->queue.guard);
		if (!error)
			error = wait(lock, self, deadline);
	}
	if (!error && !to_write)
		self->read_locks++;
	return error;
}

static int try_lock(struct multh_rwlock *lock, bool to_write)
{
	struct multh_thread *self = multh_self();
	int error;

	multh_spin_lock(&lock->queue.guard);
	error = take_in_turn(lock, self, to_write);
	multh_spin_unlock(&lock->queue.guard);
	if (!error && !to_write)
		self->read_locks++;
	return error;
}

static bool is_known(clockid_t clock) { return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC; }

int pthread_rwlock_rdlock(pthread_rwlock_t *lock) { return lock_until(lock_of(lock), false, CLOCK_REALTIME, 0); }
int pthread_rwlock_wrlock(pthread_rwlock_t *lock) { return lock_until(lock_of(lock), true, CLOCK_REALTIME, 0); }
int pthread_rwlock_tryrdlock(pthread_rwlock_t *lock) { return try_lock(lock_of(lock), false); }
int pthread_rwlock_trywrlock(pthread_rwlock_t *lock) { return try_lock(lock_of(lock), true); }

int pthread_rwlock_timedrdlock(pthread_rwlock_t *lock, const struct timespec *time)
{
	return lock_until(lock_of(lock), false, CLOCK_REALTIME, time);
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t *lock, const struct timespec *time)
{
	return lock_until(lock_of(lock), true, CLOCK_REALTIME, time);
}

int pthread_rwlock_clockrdlock(pthread_rwlock_t *lock, clockid_t clock, const struct timespec *time)
{
	return is_known(clock) ? lock_until(lock_of(lock), false, clock, time) : EINVAL;
}

int pthread_rwlock_clockwrlock(pthread_rwlock_t *lock, clockid_t clock, const struct timespec *time)
{
	return is_known(clock) ? lock_until(lock_of(lock), true, clock, time) : EINVAL;
}

/* ---- unlock ---- */

int pthread_rwlock_unlock(pthread_rwlock_t *rwlock)
{
	struct multh_rwlock *lock = lock_of(rwlock);
	struct multh_thread *self = multh_self();

	multh_spin_lock(&lock->queue.guard);
	if (!lock->queue.word || (lock->queue.word == WRITTEN && lock->writer != self_id())) {
		multh_spin_unlock(&lock->queue.guard);
		return EPERM;
	}
	if (lock->queue.word == WRITTEN) {
		lock->queue.word = 0;
		lock->writer = 0;
	} else {
		lock->queue.word--;
		if (self->read_locks)
			self->read_locks--;
	}
	hand_over(lock);
	return 0;
}

/* ---- attributes ---- */

int pthread_rwlockattr_init(pthread_rwlockattr_t *attributes) { return multh_shared_init(attributes); }
int pthread_rwlockattr_destroy(pthread_rwlockattr_t *attributes)
{
	(void)attributes;
	return 0;
}
int pthread_rwlockattr_getpshared(const pthread_rwlockattr_t *attributes, int *shared)
{
	return multh_shared_get(attributes, shared);
}
int pthread_rwlockattr_setpshared(pthread_rwlockattr_t *attributes, int shared)
{
	return multh_shared_set(attributes, shared);
}
