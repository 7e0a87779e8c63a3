/* SPDX-License-Identifier: MIT */
/* The measurements that run as a Future program; one case a run, one result line each (samples.h). */
#include <errno.h>
#include <fcntl.h>
#include <nop.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "samples.h"

enum { WARM_UP = 2000, BATCH = 64, PIECE = 1 << 20 };

static double *samples_for(size_t count)
{
	double *samples = malloc(count * sizeof *samples);

	if (!samples) {
		fputs("guest: no memory for samples\n", stderr);
		exit(1);
	}
	return samples;
}

/* Round trips of a null delegated call, one at a time, `pause` microseconds after another: both sides fall asleep meanwhile. */
static int null_call(const char *name, long count, long pause)
{
	const double scale = ns_per_tick();
	double *samples = samples_for((size_t)count);

	for (long i = 0; i < WARM_UP; i++)
		nop(i);
	for (long i = 0; i < count; i++) {
		if (pause > 0)
			usleep((useconds_t)pause);
		uint64_t start = ticks();

		if (nop(i) != i) {
			fputs("guest: a null call returned another value\n", stderr);
			return 1;
		}
		samples[i] = (double)(ticks() - start) * scale;
	}
	report(name, samples, (size_t)count);
	return 0;
}

/* The same in batches, one sample each: ns a call. */
static int batches(long count, long batch)
{
	double *samples = samples_for((size_t)count);

	for (long i = -1; i < count; i++) {
		double start = now_ns();

		for (long j = 0; j < batch; j++)
			nop(j);
		if (i >= 0)
			samples[i] = (now_ns() - start) / (double)batch;
	}
	report("batches", samples, (size_t)count);
	return 0;
}

static void *many_calls(void *argument)
{
	for (long i = 0, count = *(long *)argument; i < count; i++)
		nop(i);
	return NULL;
}

/* Threads of one core, each with a call outstanding: ns a call, one sample a round. */
static int outstanding(long threads, long calls)
{
	enum { ROUNDS = 15 };
	double samples[ROUNDS];
	pthread_t ids[1024];

	if (threads < 1 || threads > 1024)
		return 2;
	for (int round = 0; round < ROUNDS; round++) {
		double start = now_ns();

		for (long i = 0; i < threads; i++)
			if (pthread_create(&ids[i], NULL, many_calls, &calls) != 0)
				return 1;
		for (long i = 0; i < threads; i++)
			pthread_join(ids[i], NULL);
		samples[round] = (now_ns() - start) / (double)(threads * calls);
	}
	report("outstanding", samples, ROUNDS);
	return 0;
}

/* A whole file in pieces of 1 MiB: ns a pass. */
static int read_file(const char *path, long passes)
{
	double *samples = samples_for((size_t)passes);
	char *buffer = malloc(PIECE);
	int fd = open(path, O_RDONLY);

	if (!buffer || fd < 0) {
		fprintf(stderr, "guest: %s: %s\n", path, strerror(errno));
		return 1;
	}
	memset(buffer, 1, PIECE);
	for (long pass = 0; pass < passes; pass++) {
		double start = now_ns();
		ssize_t got;

		lseek(fd, 0, SEEK_SET);
		while ((got = read(fd, buffer, PIECE)) > 0)
			;
		if (got < 0)
			return 1;
		samples[pass] = now_ns() - start;
	}
	report("read", samples, (size_t)passes);
	return 0;
}

static void *nothing(void *argument) { return argument; }

static int create_join(long count)
{
	double *samples = samples_for((size_t)count);

	for (long i = -100; i < count; i++) {
		double start = now_ns();
		pthread_t id;

		for (int j = 0; j < BATCH; j++)
			if (pthread_create(&id, NULL, nothing, NULL) != 0 || pthread_join(id, NULL) != 0)
				return 1;
		if (i >= 0)
			samples[i] = (now_ns() - start) / BATCH;
	}
	report("create_join", samples, (size_t)count);
	return 0;
}

static volatile int yield_stop;

static void *yield_on(void *argument)
{
	while (!yield_stop)
		sched_yield();
	return argument;
}

/* Two threads of one core yield to each other: ns a switch. */
static int yield_switch(long count)
{
	double *samples = samples_for((size_t)count);
	pthread_t other;

	if (pthread_create(&other, NULL, yield_on, NULL) != 0)
		return 1;
	for (long i = 0; i < count; i++) {
		double start = now_ns();

		for (int j = 0; j < BATCH; j++)
			sched_yield();
		samples[i] = (now_ns() - start) / (2 * BATCH);
	}
	yield_stop = 1;
	pthread_join(other, NULL);
	report("yield", samples, (size_t)count);
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	long first = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
	long second = argc > 3 ? strtol(argv[3], NULL, 10) : 0;

	if (strcmp(what, "null") == 0 && first > 0)
		return null_call("null", first, second);
	if (strcmp(what, "batches") == 0 && first > 0 && second > 0)
		return batches(first, second);
	if (strcmp(what, "outstanding") == 0 && second > 0)
		return outstanding(first, second);
	if (strcmp(what, "read") == 0 && argc == 4)
		return read_file(argv[2], second);
	if (strcmp(what, "create") == 0 && first > 0)
		return create_join(first);
	if (strcmp(what, "yield") == 0 && first > 0)
		return yield_switch(first);
	fputs("usage: guest null COUNT [PAUSE_US] | batches COUNT CALLS | outstanding THREADS CALLS | read FILE PASSES |\n"
	      "             create COUNT | yield COUNT\n", stderr);
	return 2;
}
