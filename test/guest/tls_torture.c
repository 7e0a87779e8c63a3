/* SPDX-License-Identifier: MIT */
/*
 * Who am I, after every call that may end on another core: errno, thread-local data of much alignment, pthread_self and
 * the modes of both floating-point units are a thread's own. Built with -O3 -flto, so that a compiler keeps whatever
 * address it may. Argument: rounds.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <unistd.h>

#include "check.h"

enum { THREADS = 24 };

static __thread uint64_t mine __attribute__((aligned(1024)));
static __thread uint32_t at_first = 0x1234567;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t all_here = PTHREAD_COND_INITIALIZER;
static long rounds, shared, arrived, gone;
static int nowhere;

struct modes {
	uint32_t mxcsr;
	uint16_t x87;
};

static struct modes modes_now(void)
{
	struct modes modes;

	__asm__ volatile("stmxcsr %0" : "=m"(modes.mxcsr));
	__asm__ volatile("fnstcw %0" : "=m"(modes.x87));
	modes.mxcsr &= ~0x3fu; /* what happened, and no mode */
	return modes;
}

static void set_modes(struct modes modes)
{
	__asm__ volatile("ldmxcsr %0" : : "m"(modes.mxcsr));
	__asm__ volatile("fldcw %0" : : "m"(modes.x87));
}

/* Rounding of both units, of the x87 its precision too, of SSE what it does with tiny numbers. */
static struct modes modes_of(unsigned n)
{
	static const uint16_t precision[] = {0, 2, 3};

	return (struct modes){0x1f80 | (n % 4) << 13 | (n / 4 % 2) << 15, (uint16_t)(0x7f | precision[n % 3] << 8 | (n / 2 % 4) << 10)};
}

static double third(void)
{
	volatile double one = 1, three = 3;

	return one / three;
}

/* Parks all threads but the last, who wakes them wherever cores are idle. */
static void meet(void)
{
	long meeting;

	pthread_mutex_lock(&lock);
	meeting = gone;
	if (++arrived == THREADS) {
		arrived = 0;
		gone++;
		pthread_cond_broadcast(&all_here);
	}
	while (gone == meeting)
		pthread_cond_wait(&all_here, &lock);
	pthread_mutex_unlock(&lock);
}

/* A call that may end on another core. 0: errno is as before; EBADF: it must be that; -1: the call is wrong. */
static int call(long round, unsigned n)
{
	char byte = 0;

	if (round % 64 == 0) {
		meet();
		return 0;
	}
	switch ((round + n) % 5) {
	case 0:
		return sched_yield();
	case 1:
		pthread_mutex_lock(&lock);
		shared++;
		sched_yield(); /* so that others wait */
		return pthread_mutex_unlock(&lock) ? -1 : 0;
	case 2:
		return write(nowhere, &byte, 1) == 1 ? 0 : -1;
	case 3:
		return lseek(100000 + (int)n, 0, SEEK_SET) == -1 ? EBADF : -1;
	default:
		return close(-1) == -1 ? EBADF : -1;
	}
}

static void *torture(void *argument)
{
	unsigned n = (unsigned)(uintptr_t)argument;
	const struct modes modes = modes_of(n);
	const pthread_t self = pthread_self();
	uint64_t *where = &mine;
	double expected;

	CHECK(at_first == 0x1234567 && mine == 0);
	CHECK((uintptr_t)where % 1024 == 0);
	at_first = n;
	set_modes(modes);
	expected = third();
	for (long round = 0; round < rounds; round++) {
		struct modes now;
		int result;

		mine = (uint64_t)n << 32 | (uint64_t)round;
		errno = 1000 + (int)n;
		result = call(round, n);
		now = modes_now();
		if (result == -1 || errno != (result == 0 ? 1000 + (int)n : result))
			CHECK(!"errno is this thread's");
		if (mine != ((uint64_t)n << 32 | (uint64_t)round) || &mine != where || at_first != n)
			CHECK(!"thread-local data are this thread's");
		if (!pthread_equal(pthread_self(), self))
			CHECK(!"pthread_self is who it was");
		if (now.mxcsr != modes.mxcsr || now.x87 != modes.x87 || third() != expected)
			CHECK(!"floating-point modes are this thread's");
	}
	return argument;
}

int main(int argc, char **argv)
{
	const struct modes modes = modes_now();
	pthread_t threads[THREADS];

	rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 2000;
	nowhere = open("/dev/null", O_WRONLY);
	CHECK(nowhere >= 0);
	for (uintptr_t n = 0; n < THREADS; n++)
		CHECK(pthread_create(&threads[n], NULL, torture, (void *)n) == 0);
	for (uintptr_t n = 0; n < THREADS; n++) {
		void *result = NULL;

		CHECK(pthread_join(threads[n], &result) == 0 && (uintptr_t)result == n);
	}
	CHECK(modes_now().mxcsr == modes.mxcsr && modes_now().x87 == modes.x87);
	return check_result("tls_torture");
}
