/* SPDX-License-Identifier: MIT */
/* Barriers used again at once, and spin locks, from inside. */
#include <pthread.h>
#include <sched.h>

#include "check.h"

enum { THREADS = 5, ROUNDS = 300 };
static pthread_barrier_t barrier;
static atomic_int arrived[ROUNDS], serial[ROUNDS], early, odd;

static void *go_round(void *unused)
{
	for (int round = 0; round < ROUNDS; round++) {
		int result;

		atomic_fetch_add(&arrived[round], 1);
		result = pthread_barrier_wait(&barrier);
		if (atomic_load(&arrived[round]) != THREADS)
			atomic_fetch_add(&early, 1);
		if (result == PTHREAD_BARRIER_SERIAL_THREAD)
			atomic_fetch_add(&serial[round], 1);
		else if (result != 0)
			atomic_fetch_add(&odd, 1);
	}
	return unused;
}

static void test_rounds(void)
{
	pthread_t threads[THREADS];

	CHECK(pthread_barrier_init(&barrier, NULL, THREADS) == 0);
	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, go_round, NULL) == 0);
	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	CHECK(pthread_barrier_destroy(&barrier) == 0);
	CHECK(early == 0 && odd == 0);
	for (int round = 0; round < ROUNDS; round++)
		CHECK(arrived[round] == THREADS && serial[round] == 1);
}

static void test_counts_and_attributes(void)
{
	pthread_barrierattr_t attributes;
	pthread_barrier_t one;
	int shared = -1;

	CHECK(pthread_barrier_init(&one, NULL, 0) == EINVAL);
	CHECK(pthread_barrierattr_init(&attributes) == 0);
	CHECK(pthread_barrierattr_getpshared(&attributes, &shared) == 0 && shared == PTHREAD_PROCESS_PRIVATE);
	CHECK(pthread_barrierattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED) == 0);
	CHECK(pthread_barrierattr_setpshared(&attributes, 9) == EINVAL);
	CHECK(pthread_barrierattr_getpshared(&attributes, &shared) == 0 && shared == PTHREAD_PROCESS_SHARED);
	CHECK(pthread_barrier_init(&one, &attributes, 1) == 0);
	for (int i = 0; i < 3; i++)
		CHECK(pthread_barrier_wait(&one) == PTHREAD_BARRIER_SERIAL_THREAD);
	CHECK(pthread_barrier_destroy(&one) == 0 && pthread_barrierattr_destroy(&attributes) == 0);
}

static pthread_spinlock_t spin;
static long sum;

static void *add(void *unused)
{
	for (int i = 0; i < 1000; i++) {
		long seen;

		CHECK(pthread_spin_lock(&spin) == 0);
		seen = sum;
		if (i % 100 == 0)
			sched_yield(); /* with the lock held: the others must let us on */
		sum = seen + 1;
		CHECK(pthread_spin_unlock(&spin) == 0);
	}
	return unused;
}

static void test_spin_locks(void)
{
	pthread_t threads[THREADS];

	CHECK(pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE) == 0);
	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, add, NULL) == 0);
	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	CHECK(sum == THREADS * 1000l);
	CHECK(pthread_spin_trylock(&spin) == 0 && pthread_spin_trylock(&spin) == EBUSY);
	CHECK(pthread_spin_unlock(&spin) == 0 && pthread_spin_destroy(&spin) == 0);
}

int main(void)
{
	test_rounds();
	test_counts_and_attributes();
	test_spin_locks();
	return check_result("barriers");
}
