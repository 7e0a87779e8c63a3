/* SPDX-License-Identifier: MIT */
/* C11's threads from inside: each call, and each of its results. */
#include <threads.h>
#include <time.h>

#include "check.h"

enum { THREADS = 6, TURNS = 500 };
static mtx_t mutex;
static cnd_t changed;
static tss_t key;
static once_flag once = ONCE_FLAG_INIT;
static int sum, turn, once_calls;
static atomic_int destroyed;
static thread_local int own = 3;

static void count_once(void) { once_calls++; }
static void destroy(void *value) { atomic_fetch_add(&destroyed, *(int *)value); }

static int work(void *number)
{
	static int one = 1;
	int me = *(int *)number;

	call_once(&once, count_once);
	CHECK(tss_get(key) == NULL && tss_set(key, &one) == thrd_success && tss_get(key) == &one);
	CHECK(own++ == 3);
	for (int i = 0; i < TURNS; i++) {
		CHECK(mtx_lock(&mutex) == thrd_success);
		sum++;
		CHECK(mtx_unlock(&mutex) == thrd_success);
		if (i % 50 == 0)
			thrd_yield();
	}
	CHECK(mtx_lock(&mutex) == thrd_success);
	while (turn != me)
		CHECK(cnd_wait(&changed, &mutex) == thrd_success);
	turn++;
	CHECK(cnd_broadcast(&changed) == thrd_success && mtx_unlock(&mutex) == thrd_success);
	if (me % 2)
		thrd_exit(-me);
	return -me;
}

static int try_lock(void *unused)
{
	struct timespec past = {0, 0};

	(void)unused;
	CHECK(mtx_trylock(&mutex) == thrd_busy && mtx_timedlock(&mutex, &past) == thrd_timedout);
	return 0;
}

int main(void)
{
	thrd_t threads[THREADS];
	int numbers[THREADS], result = 0;
	struct timespec nap = {0, 2000000}, past = {0, 0};

	CHECK(mtx_init(&mutex, mtx_timed) == thrd_success && cnd_init(&changed) == thrd_success);
	CHECK(tss_create(&key, destroy) == thrd_success);
	for (int i = 0; i < THREADS; i++) {
		numbers[i] = i;
		CHECK(thrd_create(&threads[i], work, &numbers[i]) == thrd_success);
	}
	for (int i = 0; i < THREADS; i++)
		CHECK(thrd_join(threads[i], &result) == thrd_success && result == -i);
	CHECK(sum == THREADS * TURNS && once_calls == 1 && destroyed == THREADS && own == 3);
	CHECK(thrd_sleep(&nap, NULL) == 0 && thrd_equal(thrd_current(), thrd_current()));
	CHECK(mtx_lock(&mutex) == thrd_success && cnd_timedwait(&changed, &mutex, &past) == thrd_timedout);
	CHECK(cnd_signal(&changed) == thrd_success);
	CHECK(thrd_create(&threads[0], try_lock, NULL) == thrd_success && thrd_join(threads[0], NULL) == thrd_success);
	CHECK(mtx_unlock(&mutex) == thrd_success);
	mtx_destroy(&mutex);
	CHECK(mtx_init(&mutex, mtx_timed | mtx_recursive) == thrd_success);
	CHECK(mtx_lock(&mutex) == thrd_success && mtx_trylock(&mutex) == thrd_success);
	CHECK(mtx_unlock(&mutex) == thrd_success && mtx_unlock(&mutex) == thrd_success);
	mtx_destroy(&mutex);
	cnd_destroy(&changed);
	tss_delete(key);
	return check_result("c11_threads");
}
