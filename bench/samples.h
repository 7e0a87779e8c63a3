/* SPDX-License-Identifier: MIT */
/* Timed samples, in C so that the same code measures on Future and on Linux. */
#ifndef BENCH_SAMPLES_H
#define BENCH_SAMPLES_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline uint64_t ticks(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high)::"memory");
	return low | (uint64_t)high << 32;
}

static inline double now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* Nanoseconds a TSC tick, measured over 20 ms. */
static inline double ns_per_tick(void)
{
	double start = now_ns();
	uint64_t first = ticks();

	while (now_ns() - start < 20e6)
		;
	return (now_ns() - start) / (double)(ticks() - first);
}

static inline int by_value(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

/* Sorts the samples (ns) and prints the one line that bench reads: name minimum median p99 count. */
static inline void report(const char *name, double *samples, size_t count)
{
	qsort(samples, count, sizeof *samples, by_value);
	printf("%s %.1f %.1f %.1f %zu\n", name, samples[0], samples[count / 2], samples[count * 99 / 100], count);
	fflush(stdout);
}

#endif
