/* SPDX-License-Identifier: MIT */
/* Thread-local data of any size and alignment: a MiB of it, initialised and not, main's and that of threads on all cores. */
#include <pthread.h>
#include <sched.h>
#include <stdint.h>

#include "check.h"

enum { THREADS = 20, ROUNDS = 50, WORDS = (1 << 20) / sizeof(uint64_t) };

static __thread char small = 's';
static __thread uint64_t zeros[WORDS];
static __thread uint64_t kilobyte[3] __attribute__((aligned(1024))) = {1, 2, 3};
static __thread uint64_t page[3] __attribute__((aligned(4096))) = {4, 5, 6};
static __thread char text[9000] = "as it was written";
static __thread uint64_t *self;

static int is_fresh(void)
{
	for (size_t at = 0; at < WORDS; at++)
		if (zeros[at])
			return 0;
	for (size_t at = sizeof "as it was written"; at < sizeof text; at++)
		if (text[at])
			return 0;
	return small == 's' && kilobyte[0] == 1 && kilobyte[2] == 3 && page[0] == 4 && page[2] == 6 &&
	       strcmp(text, "as it was written") == 0 && self == NULL;
}

/* Through a barrier for the compiler: an address of more alignment than there is must not be folded away. */
static int is_aligned(const void *address, uintptr_t to)
{
	__asm__("" : "+r"(address));
	return (uintptr_t)address % to == 0;
}

static void fill(uint64_t with)
{
	for (size_t at = 0; at < WORDS; at += 100)
		zeros[at] = with + at;
	memset(text, (int)with, sizeof text);
	kilobyte[1] = page[1] = with;
	self = zeros;
}

static int is_filled(uint64_t with)
{
	for (size_t at = 0; at < WORDS; at += 100)
		if (zeros[at] != with + at)
			return 0;
	for (size_t at = 0; at < sizeof text; at++)
		if (text[at] != (char)with)
			return 0;
	return kilobyte[1] == with && page[1] == with && self == zeros;
}

static void *run(void *argument)
{
	uint64_t with = (uint64_t)(uintptr_t)argument;

	CHECK(is_fresh());
	CHECK(is_aligned(kilobyte, 1024));
	CHECK(is_aligned(page, 4096));
	fill(with);
	for (int round = 0; round < ROUNDS; round++) {
		sched_yield();
		if (!is_filled(with))
			CHECK(!"what a thread wrote is there after a yield");
	}
	return argument;
}

int main(void)
{
	pthread_t threads[THREADS];

	run((void *)(uintptr_t)99);
	for (int life = 0; life < 2; life++) { /* the second life of a slot finds nothing of the first */
		for (uintptr_t n = 0; n < THREADS; n++)
			CHECK(pthread_create(&threads[n], NULL, run, (void *)n) == 0);
		for (uintptr_t n = 0; n < THREADS; n++) {
			void *result = NULL;

			CHECK(pthread_join(threads[n], &result) == 0 && (uintptr_t)result == n);
		}
		CHECK(is_filled(99));
	}
	return check_result("thread_local");
}
