/* SPDX-License-Identifier: MIT */
/*
 * C library functions by themselves: compiled once for Linux's libc, once for Future. A line each: name, ns a call (the
 * best of some rounds, for whatever comes between makes it slower only). Called through pointers that the compiler cannot see through.
 */
#define _GNU_SOURCE
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libc_measure.h"
#include "samples.h"

enum { ROUNDS = 7, LARGEST = 1 << 20, OFFSETS = 64 };

static char *a, *b;
static volatile size_t kept;
static volatile double kept_number;

static void *(*volatile copy)(void *, const void *, size_t) = memcpy;
static void *(*volatile move)(void *, const void *, size_t) = memmove;
static void *(*volatile set)(void *, int, size_t) = memset;
static int (*volatile compare)(const void *, const void *, size_t) = memcmp;
static void *(*volatile find)(const void *, int, size_t) = memchr;
static size_t (*volatile length)(const char *) = strlen;
static char *(*volatile find_text)(const char *, int) = strchr;
static int (*volatile compare_text)(const char *, const char *) = strcmp;
static char *(*volatile copy_text)(char *, const char *) = strcpy;
static char *(*volatile search)(const char *, const char *) = strstr;
static int (*volatile print)(char *, size_t, const char *, ...) = snprintf;
static double (*volatile root)(double) = sqrt;
static double (*volatile power)(double, double) = pow;

static void do_memcpy(size_t n, size_t i) { copy(a + i, b + (i * 7) % OFFSETS, n); }
static void do_memmove(size_t n, size_t i) { move(a + i, a + (i * 7) % OFFSETS, n); }
static void do_memset(size_t n, size_t i) { set(a + i, (int)i, n); }
static void do_memcmp(size_t n, size_t i) { kept = (size_t)compare(a + i, b + i, n); }
static void do_memchr(size_t n, size_t i) { kept = (size_t)find(a + i, 'z', n); }
static void do_strlen(size_t n, size_t i) { kept = length(a + LARGEST - n - (i & 15)); }
static void do_strchr(size_t n, size_t i) { kept = (size_t)find_text(a + LARGEST - n - (i & 15), 'z'); }
static void do_strcmp(size_t n, size_t i) { kept = (size_t)compare_text(a + LARGEST - n - (i & 15), b + LARGEST - n - (i & 15)); }
static void do_strcpy(size_t n, size_t i) { copy_text(b + LARGEST - n - (i & 15), a + LARGEST - n - (i & 15)); }
static void do_strstr(size_t n, size_t i) { kept = (size_t)search(a + LARGEST - n - (i & 15), "aab"); }
static void do_malloc(size_t n, size_t i)
{
	char *volatile block = malloc(n + i % 16);

	free(block);
}
/* A thousand blocks live; each time one of them is replaced. `n`: 0, sizes as programs have them, or one size. */
static void do_replace(size_t n, size_t i)
{
	static char *block[1024];
	static unsigned random = 1;
	unsigned slot;

	random = random * 1664525 + 1013904223 + (unsigned)i;
	slot = random >> 22;
	free(block[slot]);
	block[slot] = malloc(n ? n : (random >> 8 & ((16u << (random >> 4) % 9) - 1)) + 1);
}
static void do_snprintf(size_t n, size_t i)
{
	char text[64];

	kept = (size_t)print(text, sizeof text, "%.*g", (int)n, 3.14159 * (double)(i + 1));
}
static void do_lock(size_t n, size_t i)
{
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

	(void)n, (void)i;
	pthread_mutex_lock(&mutex);
	pthread_mutex_unlock(&mutex);
}
static void do_sqrt(size_t n, size_t i) { kept_number = root((double)(n + i)); }
static void do_pow(size_t n, size_t i) { kept_number = power((double)(n + i), 1.3); }

void measure(const char *name, void (*once)(size_t, size_t), size_t n)
{
	size_t calls = 200000 / (1 + n / 64) + 64;
	double best = 0;

	for (int round = 0; round < ROUNDS; round++) {
		double start = now_ns(), ns;

		for (size_t i = 0; i < calls; i++)
			once(n, i % OFFSETS);
		ns = (now_ns() - start) / (double)calls;
		if (round == 0 || ns < best)
			best = ns;
	}
	printf("%s_%zu %.2f\n", name, n, best);
}

int main(void)
{
	static const size_t sizes[] = {1, 16, 64, 256, 4096, LARGEST};
	static const struct {
		const char *name;
		void (*once)(size_t, size_t);
	} by_size[] = {{"memcpy", do_memcpy}, {"memmove", do_memmove}, {"memset", do_memset}, {"memcmp", do_memcmp},
		       {"memchr", do_memchr}, {"strlen", do_strlen},   {"strchr", do_strchr}, {"strcmp", do_strcmp},
		       {"strcpy", do_strcpy}, {"strstr", do_strstr}};

	a = malloc(LARGEST + 4 * OFFSETS);
	b = malloc(LARGEST + 4 * OFFSETS);
	if (!a || !b)
		return 1;
	memset(a, 'a', LARGEST + 4 * OFFSETS);
	memset(b, 'a', LARGEST + 4 * OFFSETS);
	for (size_t f = 0; f < sizeof by_size / sizeof *by_size; f++)
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
			memset(a, 'a', LARGEST + 4 * OFFSETS);
			memset(b, 'a', LARGEST + 4 * OFFSETS);
			a[LARGEST + 16] = b[LARGEST + 16] = 0;
			measure(by_size[f].name, by_size[f].once, sizes[i] - (sizes[i] == LARGEST ? OFFSETS : 0));
		}
	for (size_t n = 16; n <= 4096; n *= 4)
		measure("malloc+free", do_malloc, n);
	measure("malloc_among_1000", do_replace, 64);
	measure("malloc_among_1000", do_replace, 1024);
	measure("malloc_among_1000_mixed", do_replace, 0);
	measure("lock+unlock", do_lock, 1);
	measure("snprintf_g", do_snprintf, 6);
	measure("snprintf_g", do_snprintf, 17);
	measure("sqrt", do_sqrt, 2);
	measure("pow", do_pow, 2);
	return !measure_stdio();
}
