/* SPDX-License-Identifier: MIT */
/* Mutex attributes, packed into one word; what a mutex remembers of them, and its priority ceiling. */
#include "pthread_internal.h"

/* Threads have no priorities here, so protocol and ceiling are only remembered. */
enum {
	KIND = 0x3,
	SHARED = 0x4,
	ROBUST = 0x8,
	PROTOCOL_SHIFT = 4,
	PROTOCOL = 0x3 << PROTOCOL_SHIFT,
	CEILING_SHIFT = 8,
	CEILING = 0xff << CEILING_SHIFT,
	LOWEST = 1,
	HIGHEST = 99, /* of SCHED_FIFO */
};

static uint32_t word_of(const pthread_mutexattr_t *attributes) { return *(const uint32_t *)attributes; }

static int set(pthread_mutexattr_t *attributes, uint32_t field, uint32_t value)
{
	*(uint32_t *)attributes = (word_of(attributes) & ~field) | value;
	return 0;
}

int pthread_mutexattr_init(pthread_mutexattr_t *attributes)
{
	*(uint32_t *)attributes = PTHREAD_MUTEX_DEFAULT | LOWEST << CEILING_SHIFT;
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
	return set(attributes, KIND, (uint32_t)kind);
}

int pthread_mutexattr_gettype(const pthread_mutexattr_t *attributes, int *kind)
{
	*kind = (int)(word_of(attributes) & KIND);
	return 0;
}

int pthread_mutexattr_setpshared(pthread_mutexattr_t *attributes, int shared)
{
	if (shared != PTHREAD_PROCESS_PRIVATE && shared != PTHREAD_PROCESS_SHARED)
		return EINVAL;
	return set(attributes, SHARED, shared == PTHREAD_PROCESS_SHARED ? SHARED : 0);
}

int pthread_mutexattr_getpshared(const pthread_mutexattr_t *attributes, int *shared)
{
	*shared = word_of(attributes) & SHARED ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE;
	return 0;
}

int pthread_mutexattr_setrobust(pthread_mutexattr_t *attributes, int robust)
{
	if (robust != PTHREAD_MUTEX_STALLED && robust != PTHREAD_MUTEX_ROBUST)
		return EINVAL;
	return set(attributes, ROBUST, robust == PTHREAD_MUTEX_ROBUST ? ROBUST : 0);
}

int pthread_mutexattr_getrobust(const pthread_mutexattr_t *attributes, int *robust)
{
	*robust = word_of(attributes) & ROBUST ? PTHREAD_MUTEX_ROBUST : PTHREAD_MUTEX_STALLED;
	return 0;
}

int pthread_mutexattr_setprotocol(pthread_mutexattr_t *attributes, int protocol)
{
	if (protocol != PTHREAD_PRIO_NONE && protocol != PTHREAD_PRIO_INHERIT && protocol != PTHREAD_PRIO_PROTECT)
		return EINVAL;
	return set(attributes, PROTOCOL, (uint32_t)protocol << PROTOCOL_SHIFT);
}

int pthread_mutexattr_getprotocol(const pthread_mutexattr_t *attributes, int *protocol)
{
	*protocol = (int)((word_of(attributes) & PROTOCOL) >> PROTOCOL_SHIFT);
	return 0;
}

int pthread_mutexattr_setprioceiling(pthread_mutexattr_t *attributes, int ceiling)
{
	if (ceiling < LOWEST || ceiling > HIGHEST)
		return EINVAL;
	return set(attributes, CEILING, (uint32_t)ceiling << CEILING_SHIFT);
}

int pthread_mutexattr_getprioceiling(const pthread_mutexattr_t *attributes, int *ceiling)
{
	*ceiling = (int)((word_of(attributes) & CEILING) >> CEILING_SHIFT);
	return 0;
}

/* ---- of a mutex ---- */

void multh_mutex_set_up(struct multh_mutex *mutex, const pthread_mutexattr_t *attributes)
{
	uint32_t word = word_of(attributes);

	mutex->kind = (uint16_t)(word & KIND) | (word & ROBUST ? MULTH_MUTEX_ROBUST : 0);
	if ((word & PROTOCOL) >> PROTOCOL_SHIFT == PTHREAD_PRIO_PROTECT)
		mutex->ceiling = (uint8_t)((word & CEILING) >> CEILING_SHIFT);
}

int pthread_mutex_getprioceiling(const pthread_mutex_t *mutex, int *ceiling)
{
	const struct multh_mutex *it = (const struct multh_mutex *)mutex;

	if (!it->ceiling)
		return EINVAL;
	*ceiling = it->ceiling;
	return 0;
}

int pthread_mutex_setprioceiling(pthread_mutex_t *mutex, int ceiling, int *old)
{
	struct multh_mutex *it = (struct multh_mutex *)mutex;
	int error;

	if (!it->ceiling || ceiling < LOWEST || ceiling > HIGHEST)
		return EINVAL;
	error = multh_mutex_lock(it);
	if (error)
		return error;
	*old = it->ceiling;
	it->ceiling = (uint8_t)ceiling;
	return multh_mutex_unlock(it);
}
