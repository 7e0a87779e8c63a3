/* SPDX-License-Identifier: MIT */
/* Cancellation from inside: at each point that waits, handlers and keys in order, what is not a point. */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static sem_t empty, go;
static int ends[2];
static pthread_t sleeper;
static char order[20];

static void note(void *letter) { strncat(order, letter, 1); }
static void unlock(void *locked)
{
	CHECK(pthread_mutex_trylock(locked) == EBUSY);
	CHECK(pthread_mutex_unlock(locked) == 0);
}

static void *in_cond(void *timed)
{
	struct timespec late = {.tv_sec = time(NULL) + 1000};

	CHECK(pthread_mutex_lock(&mutex) == 0);
	pthread_cleanup_push(unlock, &mutex);
	for (;;)
		timed ? pthread_cond_timedwait(&never, &mutex, &late) : pthread_cond_wait(&never, &mutex);
	pthread_cleanup_pop(0);
	return NULL;
}

static void *in_sem(void *timed)
{
	struct timespec late = {.tv_sec = time(NULL) + 1000};

	timed ? sem_timedwait(&empty, &late) : sem_wait(&empty);
	return NULL;
}

static void *in_read(void *unused)
{
	char byte;

	CHECK(read(ends[0], &byte, 1) == 0);
	return unused;
}

static void *in_sleep(void *how)
{
	struct timespec long_time = {1000, 0};

	if (how)
		nanosleep(&long_time, NULL);
	else
		sleep(1000);
	return NULL;
}

static void *in_join(void *unused)
{
	CHECK(pthread_join(sleeper, NULL) == 0);
	return unused;
}

static void *in_test(void *unused)
{
	for (;; sched_yield())
		pthread_testcancel();
	return unused;
}

/* Cancelled when it waits, and before it can. */
static void cancel_in(const char *name, void *(*body)(void *), void *argument)
{
	for (int blocked = 0; blocked < 2; blocked++) {
		pthread_t thread;
		void *result = NULL;

		CHECK(pthread_create(&thread, NULL, body, argument) == 0);
		if (blocked)
			usleep(20000);
		CHECK(pthread_cancel(thread) == 0);
		CHECK(pthread_join(thread, &result) == 0);
		check_that(result == PTHREAD_CANCELED, name, __FILE__, __LINE__);
	}
}

static void test_points(void)
{
	CHECK(sem_init(&empty, 0, 0) == 0 && pipe(ends) == 0);
	CHECK(pthread_create(&sleeper, NULL, in_sleep, NULL) == 0);
	cancel_in("pthread_cond_wait", in_cond, NULL);
	cancel_in("pthread_cond_timedwait", in_cond, &mutex);
	cancel_in("sem_wait", in_sem, NULL);
	cancel_in("sem_timedwait", in_sem, &empty);
	cancel_in("read", in_read, NULL);
	cancel_in("sleep", in_sleep, NULL);
	cancel_in("nanosleep", in_sleep, &empty);
	cancel_in("pthread_join", in_join, NULL);
	cancel_in("pthread_testcancel", in_test, NULL);
	CHECK(pthread_mutex_trylock(&mutex) == 0 && pthread_mutex_unlock(&mutex) == 0);
	CHECK(pthread_cancel(sleeper) == 0 && pthread_join(sleeper, NULL) == 0); /* it could still be joined */
	CHECK(write(ends[1], "x", 1) == 1); /* and no reader is left over to take it */
	char byte = 0;
	CHECK(read(ends[0], &byte, 1) == 1 && byte == 'x');
}

static pthread_key_t key;
static void destroy(void *letter)
{
	pthread_testcancel(); /* already ending */
	note(letter);
}

static void *ends_itself(void *by_cancel)
{
	CHECK(pthread_setspecific(key, "k") == 0);
	pthread_cleanup_push(note, "3");
	pthread_cleanup_push(note, "2");
	pthread_cleanup_push(note, "1");
	pthread_cleanup_pop(1);
	pthread_cleanup_push(note, "x");
	pthread_cleanup_pop(0);
	if (!by_cancel)
		pthread_exit((void *)4);
	CHECK(pthread_cancel(pthread_self()) == 0);
	pthread_testcancel();
	pthread_cleanup_pop(0);
	pthread_cleanup_pop(0);
	return NULL;
}

static void test_order(void)
{
	for (int by_cancel = 0; by_cancel < 2; by_cancel++) {
		pthread_t thread;
		void *result;

		order[0] = 0;
		CHECK(pthread_key_create(&key, destroy) == 0);
		CHECK(pthread_create(&thread, NULL, ends_itself, by_cancel ? &key : NULL) == 0);
		CHECK(pthread_join(thread, &result) == 0);
		CHECK(result == (by_cancel ? PTHREAD_CANCELED : (void *)4));
		CHECK(strcmp(order, "123k") == 0);
		CHECK(pthread_key_delete(key) == 0);
	}
}

static void *is_disabled(void *unused)
{
	struct timespec short_time = {0, 10000000};
	int old = -1;

	CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old) == 0 && old == PTHREAD_CANCEL_ENABLE);
	CHECK(pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &old) == 0 && old == PTHREAD_CANCEL_DEFERRED);
	CHECK(pthread_setcancelstate(99, &old) == EINVAL && pthread_setcanceltype(99, &old) == EINVAL);
	CHECK(sem_wait(&go) == 0);
	pthread_testcancel();
	CHECK(nanosleep(&short_time, NULL) == 0);
	CHECK(printf("%s", "") == 0);
	note("a");
	CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old) == 0 && old == PTHREAD_CANCEL_DISABLE);
	note("b");
	pthread_mutex_lock(&mutex); /* no point */
	pthread_mutex_unlock(&mutex);
	note("c");
	pthread_testcancel();
	note("d");
	return unused;
}

static void test_disabled(void)
{
	pthread_t thread;
	void *result;

	order[0] = 0;
	CHECK(sem_init(&go, 0, 0) == 0);
	CHECK(pthread_create(&thread, NULL, is_disabled, NULL) == 0);
	usleep(10000);
	CHECK(pthread_cancel(thread) == 0 && sem_post(&go) == 0);
	CHECK(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED && strcmp(order, "abc") == 0);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static atomic_int once_calls;
static void sleep_the_first_time(void)
{
	if (atomic_fetch_add(&once_calls, 1) == 0)
		sleep(1000);
}
static void *run_once(void *unused)
{
	pthread_once(&once, sleep_the_first_time);
	return unused;
}

static void test_once(void)
{
	pthread_t first, second;

	CHECK(pthread_create(&first, NULL, run_once, NULL) == 0);
	usleep(10000);
	CHECK(pthread_create(&second, NULL, run_once, NULL) == 0);
	CHECK(pthread_cancel(first) == 0 && pthread_join(first, NULL) == 0 && pthread_join(second, NULL) == 0);
	CHECK(once_calls == 2);
}

int main(void)
{
	test_points();
	test_order();
	test_disabled();
	test_once();
	return check_result("cancel");
}
