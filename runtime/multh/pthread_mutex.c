/* SPDX-License-Identifier: MIT */
/* pthread_mutex_t is a multh_mutex; its attribute is the kind. */
#include "pthread_internal.h"

static struct multh_mutex *mutex_of(pthread_mutex_t *mutex) { return (struct multh_mutex *)mutex; }

int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes)
{
	__builtin_memset(mutex, 0, sizeof *mutex);
	if (attributes)
		mutex_of(mutex)->kind = (uint16_t)*(const uint32_t *)attributes;
	return 0;
}

int pthread_mutex_destroy(pthread_mutex_t *mutex)
{
	return __atomic_load_n(&mutex_of(mutex)->state, __ATOMIC_RELAXED) ? EBUSY : 0;
}

int pthread_mutex_lock(pthread_mutex_t *mutex) { return multh_mutex_lock(mutex_of(mutex)); }
int pthread_mutex_trylock(pthread_mutex_t *mutex) { return multh_mutex_trylock(mutex_of(mutex)); }
int pthread_mutex_unlock(pthread_mutex_t *mutex) { return multh_mutex_unlock(mutex_of(mutex)); }

int pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *time)
{
	int error, busy = pthread_mutex_trylock(mutex);
	uint64_t deadline;

	if (busy != EBUSY)
		return busy;
	deadline = multh_deadline(time, 0, &error);
	return error ? error : multh_mutex_lock_until(mutex_of(mutex), deadline);
}

/* ---- attributes ---- */

int pthread_mutexattr_init(pthread_mutexattr_t *attributes)
{
	*(uint32_t *)attributes = PTHREAD_MUTEX_DEFAULT;
	return 0;
}

int pthread_mutexattr_destroy(pthread_mutexattr_t *attributes)
{
	(void)attributes;
	return 0;
}

int pthread_mutexattr_settype(pthread_mutexattr_t *attributes, int kind)
{
	if (kind < PTHREAD_MUTEX_NORMAL || kind > PTHREAD_MUTEX_ERRORCHECK)
		return EINVAL;
	*(uint32_t *)attributes = (uint32_t)kind;
	return 0;
}

int pthread_mutexattr_gettype(const pthread_mutexattr_t *attributes, int *kind)
{
	*kind = (int)*(const uint32_t *)attributes;
	return 0;
}

int pthread_mutexattr_getpshared(const pthread_mutexattr_t *attributes, int *shared)
{
	(void)attributes;
	*shared = PTHREAD_PROCESS_PRIVATE;
	return 0;
}

/* A process shares no memory with another. */
int pthread_mutexattr_setpshared(pthread_mutexattr_t *attributes, int shared)
{
	(void)attributes;
	return shared == PTHREAD_PROCESS_PRIVATE ? 0 : shared == PTHREAD_PROCESS_SHARED ? ENOTSUP : EINVAL;
}
