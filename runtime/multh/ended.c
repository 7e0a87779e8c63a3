/* SPDX-License-Identifier: MIT */
/* What is left to do for a thread that has ended: its joiner is woken, its slot goes back. */
#include "sanitizer.h"
#include "ready.h"

void multh_bury(struct multh_thread *thread)
{
	multh_spin_lock(&thread->join_guard);
	thread->join_state = MULTH_FREE;
	thread->joiner = 0;
	__atomic_store_n(&thread->id, 0, __ATOMIC_RELAXED);
	multh_spin_unlock(&thread->join_guard);
	multh_slot_give(multh_self()->core, thread);
}

/* On another stack: the slot can be reused from here on. */
void multh_after_exit(struct multh_thread *thread)
{
	struct multh_thread *joiner;
	bool detached;

	multh_sanitizer_free(thread);
	multh_spin_lock(&thread->join_guard);
	detached = thread->join_state == MULTH_DETACHED;
	joiner = thread->joiner;
	if (!detached)
		thread->join_state = MULTH_EXITED;
	multh_spin_unlock(&thread->join_guard);
	if (detached) {
		multh_bury(thread);
	} else if (joiner && joiner != multh_self()) {
		multh_unpark(joiner);
	}
}
