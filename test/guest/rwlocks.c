/* SPDX-License-Identifier: MIT */
/* Read-write locks from inside: exclusion, time limits, attributes. */
#include <pthread.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

enum { THREADS = 8, TURNS = 300 };
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static atomic_int readers, writers, most;
static int first, second; /* equal, but to who writes them */

static void *work(void *number)
{
	for (int i = 0; i < TURNS; i++) {
		if ((i + (int)(long)number) % 4 == 0) {
			CHECK(pthread_rwlock_wrlock(&lock) == 0);
			CHECK(atomic_fetch_add(&writers, 1) == 0 && readers == 0);
			first++;
			sched_yield();
			second++;
			atomic_fetch_sub(&writers, 1);
		} else {
			int now;

			CHECK(pthread_rwlock_rdlock(&lock) == 0);
			now = atomic_fetch_add(&readers, 1) + 1;
			if (now > most)
				most = now;
			CHECK(writers == 0 && first == second);
			sched_yield();
			CHECK(writers == 0 && first == second);
			atomic_fetch_sub(&readers, 1);
		}
		CHECK(pthread_rwlock_unlock(&lock) == 0);
	}
	return NULL;
}

static void test_exclusion(void)
{
	pthread_t threads[THREADS];

	for (long i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, work, (void *)i) == 0);
	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	CHECK(first == THREADS * TURNS / 4 && second == first);
}

static struct timespec in(clockid_t clock, long ms)
{
	struct timespec time;

	clock_gettime(clock, &time);
	time.tv_nsec += ms * 1000000;
	time.tv_sec += time.tv_nsec / 1000000000;
	time.tv_nsec %= 1000000000;
	return time;
}

static void *try_everything(void *held_to_write)
{
	struct timespec past = {0, 0}, no_time = {0, -1}, soon = in(CLOCK_REALTIME, 20), soon_mono = in(CLOCK_MONOTONIC, 20);

	CHECK(pthread_rwlock_trywrlock(&lock) == EBUSY);
	CHECK(pthread_rwlock_timedwrlock(&lock, &past) == ETIMEDOUT);
	CHECK(pthread_rwlock_timedwrlock(&lock, &no_time) == EINVAL);
	CHECK(pthread_rwlock_timedwrlock(&lock, &soon) == ETIMEDOUT);
	CHECK(pthread_rwlock_clockwrlock(&lock, CLOCK_MONOTONIC, &soon_mono) == ETIMEDOUT);
	CHECK(pthread_rwlock_clockwrlock(&lock, CLOCK_PROCESS_CPUTIME_ID, &soon_mono) == EINVAL);
	if (held_to_write) {
		CHECK(pthread_rwlock_tryrdlock(&lock) == EBUSY);
		CHECK(pthread_rwlock_timedrdlock(&lock, &past) == ETIMEDOUT);
		CHECK(pthread_rwlock_timedrdlock(&lock, &no_time) == EINVAL);
		CHECK(pthread_rwlock_clockrdlock(&lock, CLOCK_MONOTONIC, &soon_mono) == ETIMEDOUT);
	} else {
		CHECK(pthread_rwlock_tryrdlock(&lock) == 0 && pthread_rwlock_unlock(&lock) == 0);
		CHECK(pthread_rwlock_timedrdlock(&lock, &past) == 0 && pthread_rwlock_unlock(&lock) == 0);
	}
	return NULL;
}

static void test_times(void)
{
	pthread_t thread;

	CHECK(pthread_rwlock_rdlock(&lock) == 0 && pthread_rwlock_rdlock(&lock) == 0);
	CHECK(pthread_create(&thread, NULL, try_everything, NULL) == 0 && pthread_join(thread, NULL) == 0);
	CHECK(pthread_rwlock_unlock(&lock) == 0 && pthread_rwlock_unlock(&lock) == 0);
	CHECK(pthread_rwlock_wrlock(&lock) == 0);
	CHECK(pthread_rwlock_wrlock(&lock) == EDEADLK && pthread_rwlock_rdlock(&lock) == EDEADLK);
	CHECK(pthread_create(&thread, NULL, try_everything, (void *)1) == 0 && pthread_join(thread, NULL) == 0);
	CHECK(pthread_rwlock_unlock(&lock) == 0 && pthread_rwlock_destroy(&lock) == 0);
}

static void test_attributes(void)
{
	pthread_rwlockattr_t attributes;
	pthread_rwlock_t shared_lock;
	int shared = -1;

	CHECK(pthread_rwlockattr_init(&attributes) == 0);
	CHECK(pthread_rwlockattr_getpshared(&attributes, &shared) == 0 && shared == PTHREAD_PROCESS_PRIVATE);
	CHECK(pthread_rwlockattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED) == 0);
	CHECK(pthread_rwlockattr_setpshared(&attributes, 77) == EINVAL);
	CHECK(pthread_rwlockattr_getpshared(&attributes, &shared) == 0 && shared == PTHREAD_PROCESS_SHARED);
	CHECK(pthread_rwlock_init(&shared_lock, &attributes) == 0 && pthread_rwlockattr_destroy(&attributes) == 0);
	CHECK(pthread_rwlock_trywrlock(&shared_lock) == 0 && pthread_rwlock_unlock(&shared_lock) == 0);
	CHECK(pthread_rwlock_destroy(&shared_lock) == 0);
}

int main(void)
{
	test_exclusion();
	test_times();
	test_attributes();
	return check_result("rwlocks");
}
