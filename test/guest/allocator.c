/* SPDX-License-Identifier: MIT */
/*
 * malloc under threads: loads like larson's, xmalloc's and cache-scratch's, with contents that are checked; alignment, growing,
 * and what is refused. Argument: rounds.
 */
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>

#include "check.h"

enum { THREADS = 8, SLOTS = 200, BATCH = 64 };

struct block {
	size_t bytes;
	unsigned char mark, data[];
};

static long rounds;

static unsigned next_random(unsigned *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

static struct block *make(unsigned random)
{
	size_t bytes = random % 100 == 0 ? random % 100000 : random % 600;
	struct block *block = malloc(sizeof *block + bytes);

	if (!block)
		return NULL;
	block->bytes = bytes;
	block->mark = (unsigned char)(random >> 5);
	memset(block->data, block->mark, bytes);
	return block;
}

/* 1: it was whole. */
static int drop(struct block *block)
{
	int whole = 1;

	for (size_t i = 0; i < block->bytes; i++)
		whole &= block->data[i] == block->mark;
	free(block);
	return whole;
}

/* larson: each thread replaces blocks at random; slots pass from thread to thread, which yield in between. */
static struct block *slots[THREADS][SLOTS];

static void *larson(void *number)
{
	struct block **mine = slots[(long)number];
	unsigned random = (unsigned)(long)number + 1;
	int wrong = 0;

	for (long i = 0; i < rounds * SLOTS; i++) {
		unsigned slot = next_random(&random) % SLOTS;

		if (mine[slot])
			wrong += !drop(mine[slot]);
		mine[slot] = make(next_random(&random));
		wrong += !mine[slot];
		if (i % 50 == 0)
			sched_yield();
	}
	CHECK(wrong == 0);
	return NULL;
}

static void run(void *(*body)(void *), int count)
{
	pthread_t threads[THREADS];

	for (long i = 0; i < count; i++)
		CHECK(pthread_create(&threads[i], NULL, body, (void *)i) == 0);
	for (int i = 0; i < count; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
}

static void check_larson(void)
{
	int wrong = 0;

	/* The second time other threads free what the first left. */
	run(larson, THREADS);
	run(larson, THREADS);
	for (int t = 0; t < THREADS; t++)
		for (int i = 0; i < SLOTS; i++)
			if (slots[t][i])
				wrong += !drop(slots[t][i]);
	CHECK(wrong == 0);
}

/* xmalloc: some make batches, others free them. */
struct batch {
	struct batch *next;
	struct block *block[BATCH];
};

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t some = PTHREAD_COND_INITIALIZER;
static struct batch *first;
static int made_all;

static void *produce(void *number)
{
	unsigned random = (unsigned)(long)number + 77;

	for (long i = 0; i < rounds; i++) {
		struct batch *batch = malloc(sizeof *batch);

		for (int n = 0; n < BATCH; n++)
			batch->block[n] = make(next_random(&random));
		pthread_mutex_lock(&guard);
		batch->next = first;
		first = batch;
		pthread_cond_signal(&some);
		pthread_mutex_unlock(&guard);
	}
	return NULL;
}

static void *consume(void *number)
{
	int wrong = 0;

	(void)number;
	for (;;) {
		struct batch *batch;

		pthread_mutex_lock(&guard);
		while (!first && !made_all)
			pthread_cond_wait(&some, &guard);
		if ((batch = first))
			first = batch->next;
		pthread_mutex_unlock(&guard);
		if (!batch)
			break;
		for (int n = 0; n < BATCH; n++)
			wrong += !drop(batch->block[n]);
		free(batch);
	}
	CHECK(wrong == 0);
	return NULL;
}

static void check_xmalloc(void)
{
	pthread_t consumers[2];

	for (int i = 0; i < 2; i++)
		CHECK(pthread_create(&consumers[i], NULL, consume, NULL) == 0);
	run(produce, 2);
	pthread_mutex_lock(&guard);
	made_all = 1;
	pthread_cond_broadcast(&some);
	pthread_mutex_unlock(&guard);
	for (int i = 0; i < 2; i++)
		pthread_join(consumers[i], NULL);
}

/* cache-scratch: a thread frees what main took, then works on a small block of its own. */
static void *scratch(void *given)
{
	long sum = 0;

	free(given);
	for (long i = 0; i < rounds; i++) {
		volatile char *mine = malloc(8);

		for (int n = 0; n < 100; n++)
			mine[n % 8] = (char)n;
		sum += mine[0];
		free((void *)mine);
	}
	return (void *)sum;
}

static void check_scratch(void)
{
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, scratch, malloc(8)) == 0);
	for (int i = 0; i < THREADS; i++) {
		void *sum;

		CHECK(pthread_join(threads[i], &sum) == 0 && sum == (void *)(96 * rounds));
	}
}

static void check_family(void)
{
	volatile size_t most = SIZE_MAX / 2;
	void *block = NULL;
	char *text, *zero;

	for (size_t alignment = 16; alignment <= 1 << 20; alignment *= 2) {
		CHECK(posix_memalign(&block, alignment, 100) == 0 && (uintptr_t)block % alignment == 0);
		CHECK(malloc_usable_size(block) >= 100);
		free(block);
		block = aligned_alloc(alignment, 3 * alignment);
		CHECK(block && (uintptr_t)block % alignment == 0);
		free(block);
	}
	CHECK(posix_memalign(&block, 3, 100) == EINVAL);
	CHECK_ERRNO(malloc(most + 1) == NULL ? -1 : 0, ENOMEM);
	CHECK_ERRNO(calloc(most, 3) == NULL ? -1 : 0, ENOMEM);
	CHECK_ERRNO(reallocarray(NULL, most, 3) == NULL ? -1 : 0, ENOMEM);
	text = malloc(10);
	strcpy(text, "unchanged");
	for (size_t bytes = 10; bytes < 40 << 20; bytes += bytes / 2) {
		text = realloc(text, bytes);
		CHECK(text && !strcmp(text, "unchanged"));
	}
	text = realloc(text, 10);
	CHECK(text && !strcmp(text, "unchanged"));
	free(text);
	for (size_t bytes = 1; bytes < 4 << 20; bytes *= 3) {
		size_t bad = 0;

		memset(block = malloc(bytes), 0xff, bytes);
		free(block);
		zero = calloc(1, bytes);
		for (size_t i = 0; i < bytes; i++)
			bad += zero[i] != 0;
		CHECK(bad == 0);
		free(zero);
	}
	free(NULL);
}

int main(int argc, char **argv)
{
	rounds = argc > 1 ? atol(argv[1]) : 100;
	check_family();
	check_larson();
	check_xmalloc();
	check_scratch();
	return check_result("allocator");
}
