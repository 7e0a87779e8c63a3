/* SPDX-License-Identifier: MIT */
/* pthread_cleanup_push and pop as newlib's header has them: a list of frames, run by pthread_exit. */
#include <pthread.h>

#include "scheduler.h"

void _pthread_cleanup_push(struct _pthread_cleanup_context *context, void (*routine)(void *), void *argument)
{
	struct multh_thread *self = multh_self();

	context->_routine = routine;
	context->_arg = argument;
	context->_previous = self->cleanup;
	self->cleanup = context;
}

void _pthread_cleanup_pop(struct _pthread_cleanup_context *context, int execute)
{
	multh_self()->cleanup = context->_previous;
	if (execute)
		context->_routine(context->_arg);
}

void multh_run_cleanups(struct multh_thread *self)
{
	while (self->cleanup)
		_pthread_cleanup_pop(self->cleanup, 1);
}
