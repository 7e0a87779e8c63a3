/* SPDX-License-Identifier: MIT */
/* How bench-libc measures: the best of some rounds of calls of one function. */
#ifndef BENCH_LIBC_MEASURE_H
#define BENCH_LIBC_MEASURE_H

#include <stddef.h>

/* Prints name_n and the ns of one call of `once`, which is given n and the number of the call, 0 to 63. */
void measure(const char *name, void (*once)(size_t n, size_t i), size_t n);

/* libc_stdio.c. 0: a file could not be made. */
int measure_stdio(void);

#endif
