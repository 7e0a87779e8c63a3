/* SPDX-License-Identifier: MIT */
/* The mutex under pthread_mutex_t and under libc's locks: parks, never spins on a holder. */
#include <errno.h>

#include "cancel.h"
#include "robust.h"
#include "view.h"

/*
 * A mutex that is unlocked while somebody waits becomes free, and the first waiter is woken to try again: whoever is
 * running may overtake it, which saves a switch at each unlock. A waiter that was overtaken once asks to be given the
 * mutex at the next unlock: without preemption it might otherwise wait for ever.
 * `state` is CONTENDED from the first waiter on until a thread gets the mutex and finds the queue empty; a free mutex
 * with waiters always has a woken one on its way, who makes it CONTENDED again.
 */
enum { FREE = 0, HELD = 1, CONTENDED = 2 };

WIRE_ASSERT(offsetof(struct multh_mutex, guard) == offsetof(struct multh_wait_queue, guard));
WIRE_ASSERT(offsetof(struct multh_mutex, state) == offsetof(struct multh_wait_queue, word));
WIRE_ASSERT(offsetof(struct multh_mutex, first) == offsetof(struct multh_wait_queue, first));
WIRE_ASSERT(offsetof(struct multh_mutex, last) == offsetof(struct multh_wait_queue, last));
WIRE_ASSERT(sizeof(struct multh_mutex) <= 40);

static struct multh_wait_queue *queue_of(struct multh_mutex *mutex) { return (struct multh_wait_queue *)mutex; }

/*
 * While core 0 is the only one that was ever started nobody else can look: only the thread that runs here can start another,
 * and not in between. That saves the locked instructions, which are most of what an uncontended mutex costs.
 */
static inline bool try_state(struct multh_mutex *mutex, uint32_t from, uint32_t to)
{
	if (__atomic_load_n(&multh.started_cores, __ATOMIC_RELAXED) <= 1) {
		if (__atomic_load_n(&mutex->state, __ATOMIC_RELAXED) != from)
			return false;
		__atomic_store_n(&mutex->state, to, __ATOMIC_RELAXED);
		return true;
	}
	return __atomic_compare_exchange_n(&mutex->state, &from, to, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

static int acquire_slowly(struct multh_mutex *mutex, uint64_t deadline_ns)
{
	struct multh_thread *self;
	enum multh_wait_state why = MULTH_WAITING;

	if (!multh.started)
		return EDEADLK; /* nobody else exists who could release it */
	self = multh_self();
	for (;;) {
		multh_spin_lock(&mutex->guard);
		if (__atomic_exchange_n(&mutex->state, CONTENDED, __ATOMIC_SEQ_CST) == FREE) {
			if (!mutex->first)
				__atomic_store_n(&mutex->state, HELD, __ATOMIC_SEQ_CST);
			multh_spin_unlock(&mutex->guard);
			return 0;
		}
		multh_wait_enqueue(queue_of(mutex), self, why == MULTH_WOKEN);
		if (why == MULTH_WOKEN)
			mutex->hand_over = 1;
		multh_spin_unlock(&mutex->guard);
		multh_waits(self, FUTURE_WAIT_MUTEX, mutex);
		/* No cancellation point; but a thread that may be cancelled anywhere is to end where it could wait for ever. */
		why = self->cancel.asynchronous ? multh_wait_cancellable(queue_of(mutex), self, deadline_ns)
						: multh_wait(queue_of(mutex), self, deadline_ns);
		if (why == MULTH_CANCELLED)
			multh_act_on_cancel();
		if (why == MULTH_GRANTED)
			return 0;
		if (why == MULTH_TIMED_OUT)
			return ETIMEDOUT;
	}
}

static __attribute__((noinline)) void release_contended(struct multh_mutex *mutex)
{
	struct multh_thread *waiter;

	multh_spin_lock(&mutex->guard);
	if (mutex->hand_over && mutex->first) {
		mutex->hand_over = 0;
		waiter = multh_wait_dequeue(queue_of(mutex), MULTH_GRANTED);
		__atomic_store_n(&mutex->state, mutex->first ? CONTENDED : HELD, __ATOMIC_SEQ_CST);
	} else {
		waiter = multh_wait_dequeue(queue_of(mutex), MULTH_WOKEN);
		__atomic_store_n(&mutex->state, FREE, __ATOMIC_SEQ_CST);
	}
	multh_spin_unlock(&mutex->guard);
	if (waiter)
		multh_unpark(waiter);
}

static inline void release(struct multh_mutex *mutex)
{
	if (!__builtin_expect(try_state(mutex, HELD, FREE), 1))
		release_contended(mutex);
}

/* ---- kinds ---- */

static uint32_t self_id(void) { return multh.started ? multh_self()->ltn + 1 : 1; }

static bool is_mine(struct multh_mutex *mutex)
{
	return __atomic_load_n(&mutex->owner, __ATOMIC_RELAXED) == self_id();
}

/* A plain one remembers it for whoever looks where threads wait. */
static void own(struct multh_mutex *mutex)
{
	__atomic_store_n(&mutex->owner, self_id(), __ATOMIC_RELAXED);
	mutex->depth = 1;
}

static uint32_t base_kind(const struct multh_mutex *mutex) { return mutex->kind & ~(uint32_t)MULTH_MUTEX_ROBUST; }

/* The owner locks it again: 0, EDEADLK, EAGAIN; or EBUSY: it has to wait like all others, here for ever. */
static int lock_again(struct multh_mutex *mutex)
{
	if (base_kind(mutex) == MULTH_MUTEX_PLAIN)
		return EBUSY;
	if (base_kind(mutex) == MULTH_MUTEX_ERRORCHECK)
		return EDEADLK;
	if (mutex->depth == UINT32_MAX)
		return EAGAIN;
	mutex->depth++;
	return 0;
}

/* A robust mutex was acquired: what its next owner must know. */
static int own_robust(struct multh_mutex *mutex)
{
	const uint8_t abandoned = mutex->abandoned;

	if (abandoned == MULTH_MUTEX_UNRECOVERABLE || !multh_robust_note(mutex, multh_self())) {
		release(mutex);
		return abandoned == MULTH_MUTEX_UNRECOVERABLE ? ENOTRECOVERABLE : EAGAIN;
	}
	own(mutex);
	return abandoned == MULTH_MUTEX_OWNER_DIED ? EOWNERDEAD : 0;
}

int multh_mutex_lock_until(struct multh_mutex *mutex, uint64_t deadline_ns)
{
	int error;

	if (mutex->kind != MULTH_MUTEX_PLAIN && is_mine(mutex) && (error = lock_again(mutex)) != EBUSY)
		return error;
	if (!try_state(mutex, FREE, HELD) && (error = acquire_slowly(mutex, deadline_ns)))
		return error;
	if (__builtin_expect(mutex->kind >= MULTH_MUTEX_ROBUST, 0))
		return own_robust(mutex);
	own(mutex);
	return 0;
}

static __attribute__((noinline)) int lock_slowly(struct multh_mutex *mutex) { return multh_mutex_lock_until(mutex, MULTH_NEVER); }

/* A free mutex is taken alike, whatever its kind; but for robust ones. */
int multh_mutex_lock(struct multh_mutex *mutex)
{
	if (__builtin_expect(mutex->kind >= MULTH_MUTEX_ROBUST || !try_state(mutex, FREE, HELD), 0))
		return lock_slowly(mutex);
	own(mutex);
	return 0;
}

int multh_mutex_trylock(struct multh_mutex *mutex)
{
	if (base_kind(mutex) == MULTH_MUTEX_RECURSIVE && is_mine(mutex))
		return lock_again(mutex);
	if (!try_state(mutex, FREE, HELD))
		return EBUSY;
	if (__builtin_expect(mutex->kind >= MULTH_MUTEX_ROBUST, 0))
		return own_robust(mutex);
	own(mutex);
	return 0;
}

static __attribute__((noinline)) void strike_out(struct multh_mutex *mutex)
{
	multh_robust_strike_out(mutex, multh_self());
	if (mutex->abandoned)
		mutex->abandoned = MULTH_MUTEX_UNRECOVERABLE;
}

int multh_mutex_unlock(struct multh_mutex *mutex)
{
	if (mutex->kind != MULTH_MUTEX_PLAIN) {
		if (!is_mine(mutex))
			return EPERM;
		if (--mutex->depth)
			return 0;
		__atomic_store_n(&mutex->owner, 0, __ATOMIC_RELAXED);
		if (__builtin_expect(mutex->kind & MULTH_MUTEX_ROBUST, 0))
			strike_out(mutex);
	}
	release(mutex);
	return 0;
}

void multh_mutex_abandon_all(struct multh_thread *self)
{
	struct multh_mutex *mutex;

	while ((mutex = multh_robust_take(self))) {
		mutex->abandoned = MULTH_MUTEX_OWNER_DIED;
		__atomic_store_n(&mutex->owner, 0, __ATOMIC_RELAXED); /* however deep it was locked */
		release(mutex);
	}
}

int multh_mutex_consistent(struct multh_mutex *mutex)
{
	if (!(mutex->kind & MULTH_MUTEX_ROBUST) || mutex->abandoned != MULTH_MUTEX_OWNER_DIED || !is_mine(mutex))
		return EINVAL;
	mutex->abandoned = MULTH_MUTEX_SOUND;
	return 0;
}
