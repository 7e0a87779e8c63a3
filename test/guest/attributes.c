/* SPDX-License-Identifier: MIT */
/* Attributes, scheduling, robust mutexes, pthread_kill, floating-point environment: what POSIX lets a program set, and ask again. */
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>
#include <xmmintrin.h>

#include "check.h"

static void test_thread_attributes(void)
{
	struct sched_param priority = {.sched_priority = 7};
	pthread_attr_t attributes;
	size_t bytes = 0;
	int value = -1;

	CHECK(pthread_attr_init(&attributes) == 0);
	CHECK(pthread_attr_setstacksize(&attributes, PTHREAD_STACK_MIN - 1) == EINVAL);
	CHECK(pthread_attr_setstacksize(&attributes, PTHREAD_STACK_MIN) == 0);
	CHECK(pthread_attr_getstacksize(&attributes, &bytes) == 0 && bytes == (size_t)PTHREAD_STACK_MIN);
	CHECK(pthread_attr_getscope(&attributes, &value) == 0 && value == PTHREAD_SCOPE_SYSTEM);
	CHECK(pthread_attr_setscope(&attributes, PTHREAD_SCOPE_SYSTEM) == 0);
	CHECK(pthread_attr_setscope(&attributes, 99) == EINVAL);
	CHECK(pthread_attr_getinheritsched(&attributes, &value) == 0 && value == PTHREAD_INHERIT_SCHED);
	CHECK(pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED) == 0);
	CHECK(pthread_attr_setinheritsched(&attributes, 99) == EINVAL);
	CHECK(pthread_attr_getinheritsched(&attributes, &value) == 0 && value == PTHREAD_EXPLICIT_SCHED);
	CHECK(pthread_attr_getschedpolicy(&attributes, &value) == 0 && value == SCHED_OTHER);
	CHECK(pthread_attr_setschedparam(&attributes, &priority) == EINVAL);
	CHECK(pthread_attr_setschedpolicy(&attributes, 99) == EINVAL);
	CHECK(pthread_attr_setschedpolicy(&attributes, SCHED_RR) == 0);
	CHECK(pthread_attr_setschedparam(&attributes, &priority) == 0);
	priority.sched_priority = 0;
	CHECK(pthread_attr_getschedpolicy(&attributes, &value) == 0 && value == SCHED_RR);
	CHECK(pthread_attr_getschedparam(&attributes, &priority) == 0 && priority.sched_priority == 7);
	CHECK(pthread_attr_destroy(&attributes) == 0);
}

static void test_scheduling(void)
{
	struct sched_param priority = {.sched_priority = 1};
	cpu_set_t cores;
	int policy = -1;
	char name[16];

	CHECK(pthread_getschedparam(pthread_self(), &policy, &priority) == 0);
	CHECK(policy == SCHED_OTHER && priority.sched_priority == 0);
	CHECK(pthread_setschedparam(pthread_self(), SCHED_OTHER, &priority) == 0);
	CHECK(pthread_setschedparam(pthread_self(), 99, &priority) == EINVAL);
	CHECK(pthread_setschedprio(pthread_self(), 100) == EINVAL && pthread_setschedprio(pthread_self(), 0) == 0);
	CHECK(sched_get_priority_min(SCHED_FIFO) == 1 && sched_get_priority_max(SCHED_FIFO) == 99);
	CHECK(sched_get_priority_min(SCHED_OTHER) == 0 && sched_get_priority_max(SCHED_OTHER) == 0);
	CHECK_ERRNO(sched_get_priority_max(99), EINVAL);
	CHECK(sched_getscheduler(0) == SCHED_OTHER && sched_getparam(getpid(), &priority) == 0);
	CHECK(pthread_getconcurrency() == 0 && pthread_setconcurrency(-1) == EINVAL);
	CHECK(pthread_setconcurrency(3) == 0 && pthread_getconcurrency() == 3);
	CHECK(pthread_getaffinity_np(pthread_self(), sizeof cores, &cores) == 0 && CPU_COUNT(&cores) > 0);
	CHECK(pthread_setaffinity_np(pthread_self(), sizeof cores, &cores) == 0);
	CHECK(sched_getcpu() >= 0 && sched_getaffinity(0, sizeof cores, &cores) == 0);
	CPU_ZERO(&cores);
	CHECK(CPU_COUNT(&cores) == 0 && pthread_setaffinity_np(pthread_self(), sizeof cores, &cores) == EINVAL);
	CHECK(pthread_setname_np(pthread_self(), "fifteen letters") == 0);
	CHECK(pthread_setname_np(pthread_self(), "sixteen letters.") == ERANGE);
	CHECK(pthread_getname_np(pthread_self(), name, sizeof name) == 0 && strcmp(name, "fifteen letters") == 0);
}

static void test_limits(void)
{
	static pthread_key_t keys[PTHREAD_KEYS_MAX + 1];
	int made = 0;

	CHECK(sysconf(_SC_THREAD_KEYS_MAX) == PTHREAD_KEYS_MAX);
	CHECK(sysconf(_SC_THREAD_STACK_MIN) == PTHREAD_STACK_MIN);
	CHECK(sysconf(_SC_THREAD_DESTRUCTOR_ITERATIONS) == PTHREAD_DESTRUCTOR_ITERATIONS);
	CHECK(sysconf(_SC_BARRIERS) > 0 && sysconf(_SC_SPIN_LOCKS) > 0 && sysconf(_SC_READER_WRITER_LOCKS) > 0);
	CHECK(sysconf(_SC_THREAD_PROCESS_SHARED) > 0 && sysconf(_SC_THREAD_PRIORITY_SCHEDULING) > 0);
	CHECK(sysconf(_SC_TIMEOUTS) > 0 && sysconf(_SC_CLOCK_SELECTION) > 0 && sysconf(_SC_MONOTONIC_CLOCK) > 0);
	CHECK(sysconf(_SC_SEM_VALUE_MAX) == SEM_VALUE_MAX && _POSIX_SEM_VALUE_MAX == 32767 && _POSIX_SEM_NSEMS_MAX == 256);
	CHECK(_POSIX_THREAD_KEYS_MAX == 128 && _POSIX_THREAD_DESTRUCTOR_ITERATIONS == 4 && _POSIX_THREAD_THREADS_MAX == 64);
	while (made <= PTHREAD_KEYS_MAX && pthread_key_create(&keys[made], NULL) == 0)
		made++;
	CHECK(made > PTHREAD_KEYS_MAX - 8 && made <= PTHREAD_KEYS_MAX); /* a C library may have some itself */
	CHECK(pthread_key_create(&keys[made], NULL) == EAGAIN);
	CHECK(pthread_setspecific(keys[made - 1], keys) == 0 && pthread_getspecific(keys[made - 1]) == keys);
	while (made > 0)
		CHECK(pthread_key_delete(keys[--made]) == 0);
}

static void test_mutex_attributes(void)
{
	pthread_mutexattr_t attributes;
	pthread_condattr_t cond;
	pthread_mutex_t mutex;
	clockid_t clock = 77;
	int value = -1;

	CHECK(pthread_mutexattr_init(&attributes) == 0);
	CHECK(pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED) == 0);
	CHECK(pthread_mutexattr_setpshared(&attributes, 99) == EINVAL);
	CHECK(pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE) == 0);
	CHECK(pthread_mutexattr_getpshared(&attributes, &value) == 0 && value == PTHREAD_PROCESS_SHARED);
	CHECK(pthread_mutexattr_getprotocol(&attributes, &value) == 0 && value == PTHREAD_PRIO_NONE);
	CHECK(pthread_mutexattr_setprotocol(&attributes, 99) == EINVAL);
	CHECK(pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT) == 0);
	CHECK(pthread_mutexattr_getprotocol(&attributes, &value) == 0 && value == PTHREAD_PRIO_INHERIT);
	CHECK(pthread_mutexattr_setprioceiling(&attributes, 0) == EINVAL);
	CHECK(pthread_mutexattr_setprioceiling(&attributes, 42) == 0);
	CHECK(pthread_mutexattr_getprioceiling(&attributes, &value) == 0 && value == 42);
	CHECK(pthread_mutexattr_getrobust(&attributes, &value) == 0 && value == PTHREAD_MUTEX_STALLED);
	CHECK(pthread_mutexattr_setrobust(&attributes, 99) == EINVAL);
	CHECK(pthread_mutexattr_gettype(&attributes, &value) == 0 && value == PTHREAD_MUTEX_RECURSIVE);
	CHECK(pthread_mutex_init(&mutex, &attributes) == 0);
	CHECK(pthread_mutex_lock(&mutex) == 0 && pthread_mutex_trylock(&mutex) == 0);
	CHECK(pthread_mutex_unlock(&mutex) == 0 && pthread_mutex_unlock(&mutex) == 0);
	CHECK(pthread_mutex_getprioceiling(&mutex, &value) == EINVAL);
	CHECK(pthread_mutex_consistent(&mutex) == EINVAL && pthread_mutex_destroy(&mutex) == 0);

	CHECK(pthread_condattr_init(&cond) == 0 && pthread_condattr_setclock(&cond, CLOCK_MONOTONIC) == 0);
	CHECK(pthread_condattr_setpshared(&cond, PTHREAD_PROCESS_SHARED) == 0);
	CHECK(pthread_condattr_setpshared(&cond, 99) == EINVAL);
	CHECK(pthread_condattr_getpshared(&cond, &value) == 0 && value == PTHREAD_PROCESS_SHARED);
	CHECK(pthread_condattr_getclock(&cond, &clock) == 0 && clock == CLOCK_MONOTONIC);
}

static pthread_mutex_t robust;
static sem_t locked;
static void *die_with_it(void *result)
{
	CHECK(pthread_mutex_lock(&robust) == (int)(long)result);
	CHECK(sem_post(&locked) == 0);
	if (result)
		CHECK(pthread_mutex_consistent(&robust) == 0);
	usleep(10000); /* somebody waits by then */
	return NULL;
}

static void test_robust(void)
{
	pthread_mutexattr_t attributes;
	pthread_t thread;

	CHECK(pthread_mutexattr_init(&attributes) == 0);
	CHECK(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST) == 0);
	CHECK(pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK) == 0);
	CHECK(pthread_mutex_init(&robust, &attributes) == 0 && sem_init(&locked, 0, 0) == 0);
	CHECK(pthread_create(&thread, NULL, die_with_it, NULL) == 0);
	CHECK(sem_wait(&locked) == 0);
	CHECK(pthread_mutex_lock(&robust) == EOWNERDEAD); /* by waiting for it, if the computer is quick */
	CHECK(pthread_join(thread, NULL) == 0);
	CHECK(pthread_mutex_consistent(&robust) == 0 && pthread_mutex_consistent(&robust) == EINVAL);
	CHECK(pthread_mutex_unlock(&robust) == 0 && pthread_mutex_lock(&robust) == 0);
	CHECK(pthread_mutex_lock(&robust) == EDEADLK && pthread_mutex_unlock(&robust) == 0);
	CHECK(pthread_create(&thread, NULL, die_with_it, NULL) == 0 && pthread_join(thread, NULL) == 0);
	CHECK(pthread_create(&thread, NULL, die_with_it, (void *)(long)EOWNERDEAD) == 0 && pthread_join(thread, NULL) == 0);
	CHECK(pthread_mutex_trylock(&robust) == EOWNERDEAD && pthread_mutex_unlock(&robust) == 0);
	CHECK(pthread_mutex_lock(&robust) == ENOTRECOVERABLE && pthread_mutex_trylock(&robust) == ENOTRECOVERABLE);
	CHECK(pthread_mutex_destroy(&robust) == 0);
}

static void *wait_a_little(void *unused)
{
	usleep(10000);
	return unused;
}

static volatile sig_atomic_t handled;
static void count_call(int number) { handled += number == SIGUSR1; }

/* Of a thread that lives, 0 tells so; a handler runs for the caller itself, and what is ignored troubles nobody. */
static void test_kill(void)
{
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, wait_a_little, NULL) == 0);
	CHECK(pthread_kill(thread, 0) == 0 && pthread_kill(thread, -1) == EINVAL && pthread_kill(thread, 1000) == EINVAL);
	CHECK(signal(SIGUSR1, SIG_IGN) != SIG_ERR && pthread_kill(thread, SIGUSR1) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	CHECK(signal(SIGUSR1, count_call) != SIG_ERR && pthread_kill(pthread_self(), SIGUSR1) == 0 && handled == 1);
}

static unsigned rounding(void) { return _mm_getcsr() & 0x6000; }
static void *tell_rounding(void *unused) { return unused ? unused : (void *)(long)rounding(); }

/* Each thread has its own, whoever else ran on its core; a new one begins with its creator's. */
static void *keep_rounding(void *mode)
{
	_mm_setcsr((_mm_getcsr() & ~0x6000u) | (unsigned)(long)mode);
	for (int i = 0; i < 200; i++) {
		errno = 1000 + (int)(long)mode;
		sched_yield();
		CHECK(rounding() == (unsigned)(long)mode && errno == 1000 + (int)(long)mode);
	}
	return NULL;
}

static void test_rounding(void)
{
	pthread_t threads[4];
	void *result;

	for (long i = 0; i < 4; i++)
		CHECK(pthread_create(&threads[i], NULL, keep_rounding, (void *)(i << 13)) == 0);
	for (int i = 0; i < 4; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	CHECK(rounding() == 0);
	_mm_setcsr(_mm_getcsr() | 0x4000);
	CHECK(pthread_create(&threads[0], NULL, tell_rounding, NULL) == 0);
	CHECK(pthread_join(threads[0], &result) == 0 && (long)result == 0x4000);
	_mm_setcsr(_mm_getcsr() & ~0x6000u);
}

int main(void)
{
	test_thread_attributes();
	test_scheduling();
	test_limits();
	test_mutex_attributes();
	test_robust();
	test_kill();
	test_rounding();
	return check_result("attributes");
}
