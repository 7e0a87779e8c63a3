/* SPDX-License-Identifier: MIT */
/* pthread_cleanup_push and pop under the names that newlib's macros call. */
#include <pthread.h>

#include "cancel.h"

WIRE_ASSERT(sizeof(struct _pthread_cleanup_context) == sizeof(struct multh_cleanup));
WIRE_ASSERT(offsetof(struct _pthread_cleanup_context, _canceltype) == offsetof(struct multh_cleanup, cancel_type));

void _pthread_cleanup_push(struct _pthread_cleanup_context *context, void (*routine)(void *), void *argument)
{
	multh_cleanup_push((struct multh_cleanup *)context, routine, argument);
}

void _pthread_cleanup_pop(struct _pthread_cleanup_context *context, int execute)
{
	multh_cleanup_pop((struct multh_cleanup *)context, execute);
}

void _pthread_cleanup_push_defer(struct _pthread_cleanup_context *context, void (*routine)(void *), void *argument)
{
	pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &context->_canceltype);
	_pthread_cleanup_push(context, routine, argument);
}

void _pthread_cleanup_pop_restore(struct _pthread_cleanup_context *context, int execute)
{
	_pthread_cleanup_pop(context, execute);
	pthread_setcanceltype(context->_canceltype, 0);
}
