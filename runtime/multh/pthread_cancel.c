/* SPDX-License-Identifier: MIT */
/* pthread_cancel and what a thread says of being cancelled; cleanup handlers. */
#include "pthread_internal.h"

#include "cancel.h"

/*
 * Asynchronous is treated as deferred: a thread here is never interrupted. But what sets the type or the state, or
 * cancels itself, may as well be cancelled there.
 */
static void test_if_asynchronous(const struct multh_thread *self)
{
	if (self->cancel.asynchronous)
		multh_test_cancel(self);
}

int pthread_cancel(pthread_t id)
{
	struct multh_thread *thread = multh_find_thread(id);
	bool exists;

	if (!thread)
		return ESRCH;
	/* Its id is taken from it under this guard (multh_bury): so the mark does not hit the next thread in its slot. */
	multh_spin_lock(&thread->join_guard);
	exists = thread->id == id;
	if (exists)
		__atomic_store_n(&thread->cancel.marked, 1, __ATOMIC_SEQ_CST);
	multh_spin_unlock(&thread->join_guard);
	if (!exists)
		return ESRCH;
	if (thread == multh_self())
		test_if_asynchronous(thread);
	else
		multh_unpark(thread);
	return 0;
}

int pthread_setcancelstate(int state, int *old)
{
	struct multh_thread *self = multh_self();

	if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE)
		return EINVAL;
	if (old)
		*old = self->cancel.disabled ? PTHREAD_CANCEL_DISABLE : PTHREAD_CANCEL_ENABLE;
	self->cancel.disabled = state == PTHREAD_CANCEL_DISABLE;
	test_if_asynchronous(self);
	return 0;
}

int pthread_setcanceltype(int type, int *old)
{
	struct multh_thread *self = multh_self();

	if (type != PTHREAD_CANCEL_DEFERRED && type != PTHREAD_CANCEL_ASYNCHRONOUS)
		return EINVAL;
	if (old)
		*old = self->cancel.asynchronous ? PTHREAD_CANCEL_ASYNCHRONOUS : PTHREAD_CANCEL_DEFERRED;
	self->cancel.asynchronous = type == PTHREAD_CANCEL_ASYNCHRONOUS;
	test_if_asynchronous(self);
	return 0;
}

void pthread_testcancel(void) { multh_test_cancel(multh_self()); }

/* ---- cleanup handlers ---- */

void multh_cleanup_push(struct multh_cleanup *frame, void (*routine)(void *), void *argument)
{
	struct multh_thread *self = multh_self();

	frame->routine = routine;
	frame->argument = argument;
	frame->previous = self->cleanup;
	self->cleanup = frame;
}

void multh_cleanup_pop(struct multh_cleanup *frame, int execute)
{
	multh_self()->cleanup = frame->previous;
	if (execute)
		frame->routine(frame->argument);
}

void multh_run_cleanups(struct multh_thread *self)
{
	while (self->cleanup)
		multh_cleanup_pop(self->cleanup, 1);
}
