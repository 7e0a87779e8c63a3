/* SPDX-License-Identifier: MIT */
/* pthread_once: a zero int, then running, then done. */
#include "pthread_internal.h"

#include "cancel.h"
#include "view.h"

/*
 * Those who come while the routine runs wait in one list for all onces: it is short, and a once has room for no list
 * of its own.
 */
enum { FRESH = 0, RUNNING = 1, DONE = 2 };

static struct multh_wait_queue waiting;

static void settle(pthread_once_t *once, int state)
{
	struct multh_thread *woken, *last;

	multh_spin_lock(&waiting.guard);
	__atomic_store_n(once, state, __ATOMIC_RELEASE);
	last = waiting.last;
	multh_spin_unlock(&waiting.guard);
	do {
		multh_spin_lock(&waiting.guard);
		woken = multh_wait_dequeue(&waiting, MULTH_WOKEN);
		multh_spin_unlock(&waiting.guard);
		if (woken)
			multh_unpark(woken);
	} while (woken && woken != last);
}

/* The routine was cancelled: as if it had never been called. */
static void begin_again(void *once) { settle(once, FRESH); }

int pthread_once(pthread_once_t *once, void (*routine)(void))
{
	for (;;) {
		int state = __atomic_load_n(once, __ATOMIC_ACQUIRE);
		struct multh_cleanup frame;
		struct multh_thread *self;

		if (state == DONE)
			return 0;
		if (state == FRESH) {
			if (!__atomic_compare_exchange_n(once, &state, RUNNING, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
				continue;
			multh_cleanup_push(&frame, begin_again, once);
			routine();
			multh_cleanup_pop(&frame, 0);
			settle(once, DONE);
			return 0;
		}
		self = multh_self();
		multh_spin_lock(&waiting.guard);
		state = __atomic_load_n(once, __ATOMIC_RELAXED);
		if (state == RUNNING)
			multh_wait_enqueue(&waiting, self, false);
		multh_spin_unlock(&waiting.guard);
		multh_waits(self, FUTURE_WAIT_ONCE, once);
		if (state == RUNNING)
			multh_wait(&waiting, self, MULTH_NEVER);
	}
}
