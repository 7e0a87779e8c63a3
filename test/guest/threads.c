/* SPDX-License-Identifier: MIT */
/* POSIX thread semantics: results, mutex kinds, conditions, once, keys, errno and TLS per thread, detach, exit. */
#include <pthread.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static void *return_argument(void *argument) { return argument; }
static void *exit_with_argument(void *argument)
{
	pthread_exit(argument);
	return NULL;
}

static void test_create_join(void)
{
	pthread_t thread;
	void *result = NULL;

	CHECK(pthread_create(&thread, NULL, return_argument, (void *)7) == 0);
	CHECK(pthread_join(thread, &result) == 0 && result == (void *)7);
	CHECK(pthread_create(&thread, NULL, exit_with_argument, (void *)8) == 0);
	CHECK(pthread_join(thread, &result) == 0 && result == (void *)8);
	CHECK(pthread_equal(pthread_self(), pthread_self()));
	CHECK(pthread_join(pthread_self(), NULL) == EDEADLK);
	for (int i = 0; i < 20000; i++) {
		CHECK(pthread_create(&thread, NULL, return_argument, NULL) == 0);
		CHECK(pthread_join(thread, NULL) == 0);
	}
}

static atomic_int detached_ran;
static void *count_detached(void *argument)
{
	atomic_fetch_add(&detached_ran, 1);
	return argument;
}

static void test_detach(void)
{
	pthread_attr_t attributes;
	pthread_t thread;

	pthread_attr_init(&attributes);
	CHECK(pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED) == 0);
	int made = 0;

	for (int i = 0; i < 1000; i++)
		made += pthread_create(&thread, &attributes, count_detached, NULL) == 0;
	for (int i = 0; i < 1000; i++)
		made += pthread_create(&thread, NULL, count_detached, NULL) == 0 && pthread_detach(thread) == 0;
	CHECK(made == 2000);
	while (atomic_load(&detached_ran) < made)
		sched_yield();
	CHECK(pthread_attr_setstacksize(&attributes, 1) == EINVAL);
	pthread_attr_destroy(&attributes);
}

static void test_mutex_kinds(void)
{
	pthread_mutexattr_t kind;
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

	CHECK(pthread_mutex_lock(&mutex) == 0 && pthread_mutex_trylock(&mutex) == EBUSY);
	CHECK(pthread_mutex_unlock(&mutex) == 0);
	pthread_mutexattr_init(&kind);
	CHECK(pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE) == 0);
	CHECK(pthread_mutex_init(&mutex, &kind) == 0);
	CHECK(pthread_mutex_lock(&mutex) == 0 && pthread_mutex_lock(&mutex) == 0 && pthread_mutex_trylock(&mutex) == 0);
	CHECK(pthread_mutex_unlock(&mutex) == 0 && pthread_mutex_unlock(&mutex) == 0 &&
	      pthread_mutex_unlock(&mutex) == 0);
	CHECK(pthread_mutex_unlock(&mutex) == EPERM);
	CHECK(pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ERRORCHECK) == 0);
	CHECK(pthread_mutex_init(&mutex, &kind) == 0);
	CHECK(pthread_mutex_lock(&mutex) == 0 && pthread_mutex_lock(&mutex) == EDEADLK);
	CHECK(pthread_mutex_unlock(&mutex) == 0 && pthread_mutex_unlock(&mutex) == EPERM);
	CHECK(pthread_mutexattr_settype(&kind, 77) == EINVAL);
}

enum { ADDERS = 16, ADDITIONS = 5000 };
static pthread_mutex_t sum_lock = PTHREAD_MUTEX_INITIALIZER;
static long sum;

static void *add(void *argument)
{
	for (int i = 0; i < ADDITIONS; i++) {
		pthread_mutex_lock(&sum_lock);
		long seen = sum;
		if (i % 16 == 0)
			sched_yield(); /* with the lock held */
		sum = seen + 1;
		pthread_mutex_unlock(&sum_lock);
	}
	return argument;
}

static void test_exclusion(void)
{
	pthread_t threads[ADDERS];

	for (int i = 0; i < ADDERS; i++)
		CHECK(pthread_create(&threads[i], NULL, add, NULL) == 0);
	for (int i = 0; i < ADDERS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	CHECK(sum == (long)ADDERS * ADDITIONS);
}

static pthread_mutex_t turn_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn_changed = PTHREAD_COND_INITIALIZER;
static int turn;

static void *take_turns(void *argument)
{
	int me = (int)(long)argument;

	for (int i = 0; i < 1000; i++) {
		pthread_mutex_lock(&turn_lock);
		while (turn != me)
			pthread_cond_wait(&turn_changed, &turn_lock);
		turn = !me;
		pthread_cond_broadcast(&turn_changed);
		pthread_mutex_unlock(&turn_lock);
	}
	return NULL;
}

static void test_conditions(void)
{
	pthread_t threads[2];
	struct timespec deadline, after;

	for (long i = 0; i < 2; i++)
		CHECK(pthread_create(&threads[i], NULL, take_turns, (void *)i) == 0);
	for (int i = 0; i < 2; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_nsec += 30000000;
	if (deadline.tv_nsec >= 1000000000) {
		deadline.tv_nsec -= 1000000000;
		deadline.tv_sec++;
	}
	pthread_mutex_lock(&turn_lock);
	CHECK(pthread_cond_timedwait(&turn_changed, &turn_lock, &deadline) == ETIMEDOUT);
	pthread_mutex_unlock(&turn_lock);
	clock_gettime(CLOCK_REALTIME, &after);
	CHECK(after.tv_sec > deadline.tv_sec || (after.tv_sec == deadline.tv_sec && after.tv_nsec >= deadline.tv_nsec));
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static atomic_int once_ran;
static void run_once(void)
{
	sched_yield();
	atomic_fetch_add(&once_ran, 1);
}
static void *call_once(void *argument)
{
	pthread_once(&once, run_once);
	CHECK(atomic_load(&once_ran) == 1);
	return argument;
}

static pthread_key_t key;
static atomic_int destroyed;
static void destroy(void *value)
{
	CHECK(value == (void *)5);
	atomic_fetch_add(&destroyed, 1);
}
static __thread int zero_in_each;
static __thread int nine_in_each = 9;
static void *use_own_storage(void *argument)
{
	CHECK(pthread_getspecific(key) == NULL && pthread_setspecific(key, (void *)5) == 0);
	CHECK(zero_in_each++ == 0 && nine_in_each++ == 9);
	errno = (int)(long)argument;
	sched_yield();
	CHECK(errno == (int)(long)argument);
	close(-1);
	CHECK(errno == EBADF && pthread_getspecific(key) == (void *)5 && nine_in_each == 10);
	return NULL;
}

static void test_once_and_storage(void)
{
	pthread_t threads[32];

	for (int i = 0; i < 32; i++)
		CHECK(pthread_create(&threads[i], NULL, call_once, NULL) == 0);
	for (int i = 0; i < 32; i++)
		pthread_join(threads[i], NULL);
	CHECK(pthread_key_create(&key, destroy) == 0);
	for (long i = 0; i < 32; i++)
		CHECK(pthread_create(&threads[i], NULL, use_own_storage, (void *)(i + 1)) == 0);
	for (int i = 0; i < 32; i++)
		pthread_join(threads[i], NULL);
	CHECK(atomic_load(&destroyed) == 32);
	CHECK(pthread_key_delete(key) == 0 && pthread_key_delete(key) == EINVAL);
}

static void test_sleep(void)
{
	struct timespec before, after, nap = {0, 20000000};
	long elapsed;

	clock_gettime(CLOCK_MONOTONIC, &before);
	CHECK(nanosleep(&nap, NULL) == 0);
	clock_gettime(CLOCK_MONOTONIC, &after);
	elapsed = (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000;
	CHECK(elapsed >= 19 && elapsed < 5000);
}

int main(void)
{
	test_create_join();
	test_detach();
	test_mutex_kinds();
	test_exclusion();
	test_conditions();
	test_once_and_storage();
	test_sleep();
	return check_result("threads");
}
