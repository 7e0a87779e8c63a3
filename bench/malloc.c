/* SPDX-License-Identifier: MIT */
/*
 * malloc under threads, as allocators are compared with each other: compiled once for Linux's libc, once for Future. A line each:
 * name and number of threads, ns for a malloc with its free (the whole time by their number: with two threads on two CPUs half is
 * best).
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "samples.h"

enum { ROUNDS = 3, MOST_THREADS = 2, PAIRS = 200000, SLOTS = 1000, BATCH = 100 };

static unsigned next_random(unsigned *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

/* larson: a server; each thread replaces blocks of 8 to 500 bytes, and leaves them to its successor. */
static char *slots[MOST_THREADS][SLOTS];

static void *larson(void *number)
{
	char **mine = slots[(long)number];
	unsigned random = (unsigned)(long)number + 1;

	for (long i = 0; i < PAIRS; i++) {
		char **slot = &mine[next_random(&random) % SLOTS];

		free(*slot);
		*slot = malloc(8 + next_random(&random) % 493);
		**slot = 1;
	}
	return NULL;
}

/* xmalloc: each thread makes batches and hands them to the next one, which frees them. */
static struct ring {
	char *batch[64][BATCH];
	unsigned head __attribute__((aligned(64))), tail __attribute__((aligned(64)));
} rings[MOST_THREADS];
static int threads_now;

static void put(struct ring *ring, unsigned *random)
{
	char **batch = ring->batch[ring->head % 64];

	for (int i = 0; i < BATCH; i++)
		*(batch[i] = malloc(8 + next_random(random) % 200)) = 1;
	__atomic_store_n(&ring->head, ring->head + 1, __ATOMIC_RELEASE);
}

static int take(struct ring *ring)
{
	char **batch = ring->batch[ring->tail % 64];

	if (__atomic_load_n(&ring->head, __ATOMIC_ACQUIRE) == ring->tail)
		return 0;
	for (int i = 0; i < BATCH; i++)
		free(batch[i]);
	__atomic_store_n(&ring->tail, ring->tail + 1, __ATOMIC_RELEASE);
	return 1;
}

static void *xmalloc(void *number)
{
	struct ring *to = &rings[(long)number], *from = &rings[((long)number + 1) % threads_now];
	unsigned random = (unsigned)(long)number + 1;

	for (long made = 0, taken = 0; made < PAIRS / BATCH || taken < PAIRS / BATCH;) {
		int idle = 1;

		if (made < PAIRS / BATCH && to->head - __atomic_load_n(&to->tail, __ATOMIC_ACQUIRE) < 64) {
			put(to, &random);
			made++;
			idle = 0;
		}
		if (taken < PAIRS / BATCH && take(from)) {
			taken++;
			idle = 0;
		}
		if (idle)
			sched_yield();
	}
	return NULL;
}

/* cache-scratch: main's small blocks lie beside each other; who frees one and then works on its own is not to share a line. */
static char *given[MOST_THREADS];

static void *scratch(void *number)
{
	free(given[(long)number]);
	for (long i = 0; i < PAIRS; i++) {
		volatile char *mine = malloc(8);

		for (int n = 0; n < 16; n++)
			mine[n % 8]++;
		free((void *)mine);
	}
	return NULL;
}

static void run(void *(*body)(void *), int threads)
{
	pthread_t thread[MOST_THREADS];

	for (long i = 0; i < threads; i++)
		pthread_create(&thread[i], NULL, body, (void *)i);
	for (int i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
}

static void measure(const char *name, void *(*body)(void *), int threads)
{
	double best = 0;

	threads_now = threads;
	for (int round = 0; round < ROUNDS; round++) {
		double start, ns;

		for (int i = 0; i < MOST_THREADS; i++)
			given[i] = malloc(8);
		start = now_ns();
		run(body, threads);
		ns = (now_ns() - start) / PAIRS / threads;
		if (round == 0 || ns < best)
			best = ns;
	}
	printf("%s_%d %.2f\n", name, threads, best);
}

int main(void)
{
	for (int threads = 1; threads <= MOST_THREADS; threads++) {
		measure("larson", larson, threads);
		measure("xmalloc", xmalloc, threads);
		measure("cache-scratch", scratch, threads);
	}
	return 0;
}
