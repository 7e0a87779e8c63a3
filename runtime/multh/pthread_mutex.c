/* SPDX-License-Identifier: MIT */
/* pthread_mutex_t is a multh_mutex; its attributes stand in pthread_mutexattr.c. */
#include "pthread_internal.h"

static struct multh_mutex *mutex_of(pthread_mutex_t *mutex) { return (struct multh_mutex *)mutex; }

int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes)
{
	__builtin_memset(mutex, 0, sizeof *mutex);
	if (attributes)
		multh_mutex_set_up(mutex_of(mutex), attributes);
	return 0;
}

int pthread_mutex_destroy(pthread_mutex_t *mutex)
{
	return __atomic_load_n(&mutex_of(mutex)->state, __ATOMIC_RELAXED) ? EBUSY : 0;
}

int pthread_mutex_lock(pthread_mutex_t *mutex) { return multh_mutex_lock(mutex_of(mutex)); }
int pthread_mutex_trylock(pthread_mutex_t *mutex) { return multh_mutex_trylock(mutex_of(mutex)); }
int pthread_mutex_consistent(pthread_mutex_t *mutex) { return multh_mutex_consistent(mutex_of(mutex)); }
int pthread_mutex_unlock(pthread_mutex_t *mutex) { return multh_mutex_unlock(mutex_of(mutex)); }

static int lock_until(pthread_mutex_t *mutex, clockid_t clock, const struct timespec *time)
{
	int error, busy = pthread_mutex_trylock(mutex);
	uint64_t deadline;

	if (busy != EBUSY)
		return busy;
	deadline = multh_deadline(time, (uint32_t)clock, &error);
	return error ? error : multh_mutex_lock_until(mutex_of(mutex), deadline);
}

int pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *time)
{
	return lock_until(mutex, CLOCK_REALTIME, time);
}

int pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock, const struct timespec *time)
{
	return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC ? lock_until(mutex, clock, time) : EINVAL;
}
