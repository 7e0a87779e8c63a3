/* SPDX-License-Identifier: MIT */
/* What MULiTh keeps in the opaque pthread types; each fits the type that <sys/_pthreadtypes.h> reserves. */
#ifndef MULTH_PTHREAD_INTERNAL_H
#define MULTH_PTHREAD_INTERNAL_H

#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "wait_queue.h"

/* All zero is the default. */
struct multh_attr {
	void *stack_address;       /* the caller's, lowest byte; NULL: ours */
	size_t stack_bytes;        /* 0: MULTH_DEFAULT_STACK */
	size_t guard_bytes_plus_1; /* 0: one page. We have one page or none; the value is only remembered */
	uint8_t detached;
	uint8_t process_scope;     /* remembered */
	uint8_t explicit_schedule; /* the next is to be used, not the creator's */
	struct multh_schedule schedule;
};

struct multh_barrier {
	struct multh_wait_queue queue; /* word: how many of this round have come */
	uint32_t count;                /* 0: destroyed */
};

struct multh_rwlock {
	struct multh_wait_queue queue; /* word: how many threads read, or that one writes */
	uint32_t writer;               /* number + 1 of who writes */
};

struct multh_cond {
	struct multh_wait_queue queue;
	uint32_t clock;            /* 0 CLOCK_REALTIME, 1 CLOCK_MONOTONIC */
};

WIRE_ASSERT(sizeof(struct multh_attr) <= sizeof(pthread_attr_t));
WIRE_ASSERT(sizeof(struct multh_mutex) <= sizeof(pthread_mutex_t));
WIRE_ASSERT(sizeof(struct multh_cond) <= sizeof(pthread_cond_t));
WIRE_ASSERT(sizeof(struct multh_barrier) <= sizeof(pthread_barrier_t));
WIRE_ASSERT(sizeof(struct multh_rwlock) <= sizeof(pthread_rwlock_t) && sizeof(uint32_t) <= sizeof(pthread_rwlockattr_t));
WIRE_ASSERT(sizeof(uint32_t) <= sizeof(pthread_barrierattr_t) && sizeof(uint32_t) == sizeof(pthread_spinlock_t));
WIRE_ASSERT(sizeof(pthread_t) == 8 && sizeof(pthread_once_t) == 4);
WIRE_ASSERT(sizeof(uint32_t) <= sizeof(pthread_mutexattr_t) && sizeof(uint32_t) <= sizeof(pthread_condattr_t));
WIRE_ASSERT((int)PTHREAD_MUTEX_NORMAL == (int)MULTH_MUTEX_PLAIN);
WIRE_ASSERT((int)PTHREAD_MUTEX_RECURSIVE == (int)MULTH_MUTEX_RECURSIVE);
WIRE_ASSERT((int)PTHREAD_MUTEX_ERRORCHECK == (int)MULTH_MUTEX_ERRORCHECK);

/*
 * An attribute object that holds nothing but process-shared. It is remembered: a process shares no memory with another,
 * so every object works for all who can see it.
 */
static inline int multh_shared_init(void *attributes)
{
	*(uint32_t *)attributes = PTHREAD_PROCESS_PRIVATE;
	return 0;
}

static inline int multh_shared_get(const void *attributes, int *shared)
{
	*shared = (int)*(const uint32_t *)attributes;
	return 0;
}

static inline int multh_shared_set(void *attributes, int shared)
{
	if (shared != PTHREAD_PROCESS_PRIVATE && shared != PTHREAD_PROCESS_SHARED)
		return EINVAL;
	*(uint32_t *)attributes = (uint32_t)shared;
	return 0;
}

/* An absolute time of a clock as a deadline of the monotonic one; 0 and *error = EINVAL for what is no time. */
static inline uint64_t multh_deadline(const struct timespec *time, uint32_t clock, int *error)
{
	uint64_t ns, now;

	*error = 0;
	if (time->tv_nsec < 0 || time->tv_nsec >= 1000000000) {
		*error = EINVAL;
		return 0;
	}
	if (time->tv_sec < 0)
		return 0;
	if (time->tv_sec > 9000000000)
		return MULTH_NEVER - 1;
	ns = (uint64_t)time->tv_sec * 1000000000 + (uint64_t)time->tv_nsec;
	if (clock != 0)
		return ns;
	now = multh_port_realtime_ns();
	return ns <= now ? 0 : multh_port_monotonic_ns() + (ns - now);
}

/* pthread_mutexattr.c */
void multh_mutex_set_up(struct multh_mutex *mutex, const pthread_mutexattr_t *attributes);

/* pthread_key.c */
void multh_run_key_destructors(struct multh_thread *self);

#endif
