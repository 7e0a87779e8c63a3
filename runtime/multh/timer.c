/* SPDX-License-Identifier: MIT */
/* Deadlines of parked threads: a binary heap, fired by whichever core looks next; no thread of its own. */
#include "ready.h"

static void place(struct multh_thread *thread, uint32_t index)
{
	multh.timer_heap[index] = thread;
	thread->timer_index = index + 1;
}

static void sift_up(struct multh_thread *thread, uint32_t index)
{
	while (index > 0 && multh.timer_heap[(index - 1) / 2]->timer_deadline > thread->timer_deadline) {
		place(multh.timer_heap[(index - 1) / 2], index);
		index = (index - 1) / 2;
	}
	place(thread, index);
}

static void sift_down(struct multh_thread *thread, uint32_t index)
{
	for (;;) {
		uint32_t child = 2 * index + 1;

		if (child + 1 < multh.timer_count &&
		    multh.timer_heap[child + 1]->timer_deadline < multh.timer_heap[child]->timer_deadline)
			child++;
		if (child >= multh.timer_count || multh.timer_heap[child]->timer_deadline >= thread->timer_deadline)
			break;
		place(multh.timer_heap[child], index);
		index = child;
	}
	place(thread, index);
}

static void remove_locked(struct multh_thread *thread)
{
	uint32_t index = thread->timer_index - 1;
	struct multh_thread *moved = multh.timer_heap[--multh.timer_count];

	thread->timer_index = 0;
	if (moved == thread)
		return;
	sift_up(moved, index);
	sift_down(moved, moved->timer_index - 1);
}

static void tell_earliest(void)
{
	__atomic_store_n(&multh.earliest_timer, multh.timer_count ? multh.timer_heap[0]->timer_deadline : MULTH_NEVER,
			 __ATOMIC_SEQ_CST);
}

void multh_timer_set(struct multh_thread *thread, uint64_t deadline_ns)
{
	multh_spin_lock(&multh.timer_guard);
	thread->timer_deadline = deadline_ns;
	sift_up(thread, multh.timer_count++);
	if (thread->timer_index == 1)
		thread->core->timer_is_fresh = true;
	tell_earliest();
	multh_spin_unlock(&multh.timer_guard);
}

void multh_timer_clear(struct multh_thread *thread)
{
	multh_spin_lock(&multh.timer_guard);
	if (thread->timer_index) {
		remove_locked(thread);
		tell_earliest();
	}
	multh_spin_unlock(&multh.timer_guard);
}

bool multh_fire_timers(void)
{
	bool some = false;
	uint64_t earliest = __atomic_load_n(&multh.earliest_timer, __ATOMIC_SEQ_CST), now;

	if (earliest == MULTH_NEVER || (now = multh_port_monotonic_ns()) < earliest)
		return false;
	for (;;) {
		struct multh_thread *due = 0;

		multh_spin_lock(&multh.timer_guard);
		if (multh.timer_count && multh.timer_heap[0]->timer_deadline <= now) {
			due = multh.timer_heap[0];
			remove_locked(due);
			tell_earliest();
		}
		multh_spin_unlock(&multh.timer_guard);
		if (!due)
			return some;
		multh_unpark(due);
		some = true;
	}
}
