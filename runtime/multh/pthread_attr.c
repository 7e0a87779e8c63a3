/* SPDX-License-Identifier: MIT */
/* Thread attributes: stack, detach state; what is meaningless here is accepted where it asks for nothing. */
#include "pthread_internal.h"

static struct multh_attr *attr_of(pthread_attr_t *attributes) { return (struct multh_attr *)attributes; }
static const struct multh_attr *const_attr_of(const pthread_attr_t *attributes)
{
	return (const struct multh_attr *)attributes;
}

int pthread_attr_init(pthread_attr_t *attributes)
{
	__builtin_memset(attributes, 0, sizeof *attributes);
	return 0;
}

int pthread_attr_destroy(pthread_attr_t *attributes)
{
	(void)attributes;
	return 0;
}

/* All of it is the stack's: the thread's own storage comes on top. */
int pthread_attr_setstacksize(pthread_attr_t *attributes, size_t bytes)
{
	if (bytes < MULTH_STACK_MIN)
		return EINVAL;
	attr_of(attributes)->stack_bytes = bytes;
	return 0;
}

int pthread_attr_getstacksize(const pthread_attr_t *attributes, size_t *bytes)
{
	*bytes = const_attr_of(attributes)->stack_bytes ? const_attr_of(attributes)->stack_bytes : MULTH_DEFAULT_STACK;
	return 0;
}

int pthread_attr_setstack(pthread_attr_t *attributes, void *address, size_t bytes)
{
	if (bytes < MULTH_STACK_MIN || (uintptr_t)address % 16)
		return EINVAL;
	attr_of(attributes)->stack_address = address;
	attr_of(attributes)->stack_bytes = bytes;
	return 0;
}

int pthread_attr_getstack(const pthread_attr_t *attributes, void **address, size_t *bytes)
{
	*address = const_attr_of(attributes)->stack_address;
	return pthread_attr_getstacksize(attributes, bytes);
}

/* Of the top: an address without a size can only be where the stack begins, and stacks grow down. */
int pthread_attr_setstackaddr(pthread_attr_t *attributes, void *address)
{
	size_t bytes;

	pthread_attr_getstacksize(attributes, &bytes);
	return pthread_attr_setstack(attributes, (char *)address - bytes, bytes);
}

int pthread_attr_getstackaddr(const pthread_attr_t *attributes, void **address)
{
	size_t bytes;

	pthread_attr_getstack(attributes, address, &bytes);
	if (*address)
		*address = (char *)*address + bytes;
	return 0;
}

int pthread_attr_setguardsize(pthread_attr_t *attributes, size_t bytes)
{
	attr_of(attributes)->guard_bytes_plus_1 = bytes + 1;
	return 0;
}

int pthread_attr_getguardsize(const pthread_attr_t *attributes, size_t *bytes)
{
	size_t value = const_attr_of(attributes)->guard_bytes_plus_1;

	*bytes = value ? value - 1 : 4096;
	return 0;
}

int pthread_attr_setdetachstate(pthread_attr_t *attributes, int state)
{
	if (state != PTHREAD_CREATE_JOINABLE && state != PTHREAD_CREATE_DETACHED)
		return EINVAL;
	attr_of(attributes)->detached = state == PTHREAD_CREATE_DETACHED;
	return 0;
}

int pthread_attr_getdetachstate(const pthread_attr_t *attributes, int *state)
{
	*state = const_attr_of(attributes)->detached ? PTHREAD_CREATE_DETACHED : PTHREAD_CREATE_JOINABLE;
	return 0;
}

int pthread_attr_setscope(pthread_attr_t *attributes, int scope)
{
	if (scope != PTHREAD_SCOPE_SYSTEM && scope != PTHREAD_SCOPE_PROCESS)
		return EINVAL;
	attr_of(attributes)->process_scope = scope == PTHREAD_SCOPE_PROCESS;
	return 0;
}

int pthread_attr_getscope(const pthread_attr_t *attributes, int *scope)
{
	*scope = const_attr_of(attributes)->process_scope ? PTHREAD_SCOPE_PROCESS : PTHREAD_SCOPE_SYSTEM;
	return 0;
}

int pthread_getattr_np(pthread_t id, pthread_attr_t *attributes)
{
	struct multh_thread *thread = multh_find_thread(id);

	if (!thread)
		return ESRCH;
	pthread_attr_init(attributes);
	attr_of(attributes)->stack_address = thread->stack_low;
	attr_of(attributes)->stack_bytes = thread->stack_bytes;
	attr_of(attributes)->detached = thread->join_state == MULTH_DETACHED;
	attr_of(attributes)->schedule = thread->schedule;
	return 0;
}
