/* SPDX-License-Identifier: MIT */
/* Policy, priority, affinity: checked and remembered as POSIX has it, but all threads are equal and run on any core. */
#include <sched.h>

#include "pthread_internal.h"

enum { HIGHEST = 99, OTHERS = 5 /* SCHED_IDLE, the last without priorities */ };

static bool is_real_time(int policy) { return policy == SCHED_FIFO || policy == SCHED_RR; }
static bool is_policy(int policy) { return policy >= 0 && policy <= OTHERS && policy != 4; }

static bool fits(int policy, int priority)
{
	return is_real_time(policy) ? priority >= 1 && priority <= HIGHEST : priority == 0;
}

/* ---- of a thread ---- */

int pthread_setschedparam(pthread_t id, int policy, const struct sched_param *parameters)
{
	struct multh_thread *thread = multh_find_thread(id);

	if (!thread)
		return ESRCH;
	if (!is_policy(policy) || !fits(policy, parameters->sched_priority))
		return EINVAL;
	thread->schedule = (struct multh_schedule){(uint8_t)policy, (uint8_t)parameters->sched_priority};
	return 0;
}

int pthread_getschedparam(pthread_t id, int *policy, struct sched_param *parameters)
{
	struct multh_thread *thread = multh_find_thread(id);

	if (!thread)
		return ESRCH;
	*policy = thread->schedule.policy;
	parameters->sched_priority = thread->schedule.priority;
	return 0;
}

int pthread_setschedprio(pthread_t id, int priority)
{
	struct multh_thread *thread = multh_find_thread(id);

	if (!thread)
		return ESRCH;
	if (!fits(thread->schedule.policy, priority))
		return EINVAL;
	thread->schedule.priority = (uint8_t)priority;
	return 0;
}

/* A wish for so many cores; the program has what it was started with. */
static int concurrency;

int pthread_setconcurrency(int level)
{
	if (level < 0)
		return EINVAL;
	__atomic_store_n(&concurrency, level, __ATOMIC_RELAXED);
	return 0;
}

int pthread_getconcurrency(void) { return __atomic_load_n(&concurrency, __ATOMIC_RELAXED); }

/* What a single thread uses is not counted: the program's clock is the nearest. */
int pthread_getcpuclockid(pthread_t id, clockid_t *clock)
{
	if (!multh_find_thread(id))
		return ESRCH;
	*clock = CLOCK_PROCESS_CPUTIME_ID;
	return 0;
}

/* ---- affinity ---- */

static uint64_t all_cores(void) { return multh.cores == 64 ? ~0ull : (1ull << multh.cores) - 1; }

/* As with Linux, cores that are not there are let pass as long as one is. */
static int check_affinity(size_t bytes, const cpu_set_t *cores)
{
	uint64_t first = 0;

	__builtin_memcpy(&first, cores, bytes < sizeof first ? bytes : sizeof first);
	return first & all_cores() ? 0 : EINVAL;
}

static int all_in(size_t bytes, cpu_set_t *cores)
{
	const uint64_t all = all_cores();

	if (bytes < sizeof all)
		return EINVAL;
	__builtin_memset(cores, 0, bytes);
	__builtin_memcpy(cores, &all, sizeof all);
	return 0;
}

int pthread_setaffinity_np(pthread_t id, size_t bytes, const cpu_set_t *cores)
{
	return multh_find_thread(id) ? check_affinity(bytes, cores) : ESRCH;
}

int pthread_getaffinity_np(pthread_t id, size_t bytes, cpu_set_t *cores)
{
	return multh_find_thread(id) ? all_in(bytes, cores) : ESRCH;
}

int pthread_attr_setaffinity_np(pthread_attr_t *attributes, size_t bytes, const cpu_set_t *cores)
{
	(void)attributes;
	return check_affinity(bytes, cores);
}

int pthread_attr_getaffinity_np(const pthread_attr_t *attributes, size_t bytes, cpu_set_t *cores)
{
	(void)attributes;
	return all_in(bytes, cores);
}

/* ---- of thread attributes ---- */

static struct multh_attr *attr_of(pthread_attr_t *attributes) { return (struct multh_attr *)attributes; }
static const struct multh_attr *const_attr_of(const pthread_attr_t *attributes)
{
	return (const struct multh_attr *)attributes;
}

int pthread_attr_setinheritsched(pthread_attr_t *attributes, int inherit)
{
	if (inherit != PTHREAD_INHERIT_SCHED && inherit != PTHREAD_EXPLICIT_SCHED)
		return EINVAL;
	attr_of(attributes)->explicit_schedule = inherit == PTHREAD_EXPLICIT_SCHED;
	return 0;
}

int pthread_attr_getinheritsched(const pthread_attr_t *attributes, int *inherit)
{
	*inherit = const_attr_of(attributes)->explicit_schedule ? PTHREAD_EXPLICIT_SCHED : PTHREAD_INHERIT_SCHED;
	return 0;
}

int pthread_attr_setschedpolicy(pthread_attr_t *attributes, int policy)
{
	if (policy != SCHED_OTHER && !is_real_time(policy))
		return EINVAL;
	attr_of(attributes)->schedule.policy = (uint8_t)policy;
	return 0;
}

int pthread_attr_getschedpolicy(const pthread_attr_t *attributes, int *policy)
{
	*policy = const_attr_of(attributes)->schedule.policy;
	return 0;
}

int pthread_attr_setschedparam(pthread_attr_t *attributes, const struct sched_param *parameters)
{
	if (!fits(const_attr_of(attributes)->schedule.policy, parameters->sched_priority))
		return EINVAL;
	attr_of(attributes)->schedule.priority = (uint8_t)parameters->sched_priority;
	return 0;
}

int pthread_attr_getschedparam(const pthread_attr_t *attributes, struct sched_param *parameters)
{
	parameters->sched_priority = const_attr_of(attributes)->schedule.priority;
	return 0;
}
