/* SPDX-License-Identifier: MIT */
/* qsort and qsort_r: elements of all sizes, many of them equal; equal ones keep their order, as on Linux. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST = 3000, WIDEST = 80 };

static unsigned char elements[MOST * WIDEST];
static uint64_t state = 88172645463325252u;

static uint64_t any(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state * 2685821657736338717u >> 11) % below;
}

static int by_first(const void *a, const void *b)
{
	return *(const unsigned char *)a % 64 - *(const unsigned char *)b % 64;
}

static int by_context(const void *a, const void *b, void *divisor)
{
	return *(const unsigned char *)a % *(int *)divisor - *(const unsigned char *)b % *(int *)divisor;
}

int main(void)
{
	for (int i = 0; i < 600; i++) {
		size_t size = 1 + any(WIDEST), count = any(i % 10 ? 100 : MOST);
		int divisor = 1 + (int)any(100);
		uint64_t sum = 0;

		for (size_t k = 0; k < count * size; k++)
			elements[k] = (unsigned char)any(256);
		if (any(2))
			qsort(elements, count, size, by_first);
		else
			qsort_r(elements, count, size, by_context, &divisor);
		for (size_t k = 0; k < count * size; k++)
			sum = (sum ^ elements[k]) * 1099511628211u;
		printf("%zu of %zu: %llx\n", count, size, (unsigned long long)sum);
	}
	return 0;
}
