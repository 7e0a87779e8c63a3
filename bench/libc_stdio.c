/* SPDX-License-Identifier: MIT */
/* Streams over a file, numbers to text and back, sorting, times: a part of bench-libc. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "libc_measure.h"

enum { FILE_BYTES = 1 << 20, SORTED = 10000, NUMBERS = 64 };

static FILE *file;
static char *block;
static volatile size_t kept;
static char number_text[NUMBERS][32];
static double doubles[SORTED];
static int ints[SORTED];

static int (*volatile print)(char *, size_t, const char *, ...) = snprintf;
static double (*volatile read_number)(const char *, char **) = strtod;
static int (*volatile get)(FILE *) = getc;
static int (*volatile put)(int, FILE *) = putc;

static void do_getc(size_t n, size_t i)
{
	(void)i;
	while (n--)
		if ((kept = (size_t)get(file)) == (size_t)EOF)
			rewind(file);
}
static void do_putc(size_t n, size_t i)
{
	for (rewind(file); n--;)
		kept = (size_t)put((int)('a' + i % 26), file);
}
static void do_fgets(size_t n, size_t i)
{
	char line[128];

	(void)i;
	while (n--)
		if (!fgets(line, sizeof line, file))
			rewind(file);
}
static void do_fread(size_t n, size_t i)
{
	(void)i;
	if (fread(block, 1, n, file) != n)
		rewind(file);
}
static void do_fwrite(size_t n, size_t i)
{
	for (rewind(file); n--;)
		kept = fwrite(block + i, 1, 16, file);
}
static void do_d(size_t n, size_t i) { kept = (size_t)print(block, 64, "%d", (int)(n * i * 7919)); }
static void do_s(size_t n, size_t i) { kept = (size_t)print(block, 64, "%s, %s", number_text[i], n ? "and" : ""); }
static void do_f(size_t n, size_t i) { kept = (size_t)print(block, 64, "%.*f", (int)n, 3.14159 * (double)(i + 1)); }
static void do_strtod(size_t n, size_t i) { kept = (size_t)(read_number(number_text[i], NULL) * (double)n); }

static int by_int(const void *a, const void *b) { return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b); }
static int by_double(const void *a, const void *b)
{
	return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}
static void fill(void)
{
	unsigned state = 1;

	for (int i = 0; i < SORTED; i++) {
		state = state * 1664525 + 1013904223;
		ints[i] = (int)state;
		doubles[i] = (int)state / 7.0;
	}
}
static void do_qsort_ints(size_t n, size_t i) { (void)i, fill(), qsort(ints, n, sizeof *ints, by_int); }
static void do_qsort_doubles(size_t n, size_t i) { (void)i, fill(), qsort(doubles, n, sizeof *doubles, by_double); }

static void do_time(size_t n, size_t i) { (void)n, (void)i, kept = (size_t)time(NULL); }
static void do_gmtime(size_t n, size_t i)
{
	time_t seconds = (time_t)(1700000000 + i * 86400 * n);
	struct tm parts;

	kept = (size_t)gmtime_r(&seconds, &parts)->tm_mday;
}
static void do_localtime(size_t n, size_t i)
{
	time_t seconds = (time_t)(1700000000 + i * 86400 * n);
	struct tm parts;

	kept = (size_t)localtime_r(&seconds, &parts)->tm_mday;
}

static int open_file(void)
{
	char name[] = "/tmp/future-bench-XXXXXX";
	int descriptor = mkstemp(name);

	if (descriptor < 0 || !(file = fdopen(descriptor, "w+")))
		return 0;
	unlink(name);
	memset(block, 'a', FILE_BYTES);
	for (int i = 59; i < FILE_BYTES; i += 60)
		block[i] = '\n';
	return fwrite(block, 1, FILE_BYTES, file) == FILE_BYTES && !fflush(file);
}

int measure_stdio(void)
{
	block = malloc(FILE_BYTES);
	if (!block || !open_file())
		return 0;
	for (int i = 0; i < NUMBERS; i++)
		snprintf(number_text[i], sizeof *number_text, "%.17g", 3.14159 * (i + 1));
	measure("getc", do_getc, 65536);
	measure("fgets", do_fgets, 1024);
	measure("fread", do_fread, 65536);
	measure("putc", do_putc, 65536);
	measure("fwrite_16", do_fwrite, 4096);
	measure("snprintf_d", do_d, 3);
	measure("snprintf_s", do_s, 3);
	measure("snprintf_f", do_f, 6);
	measure("strtod", do_strtod, 17);
	measure("qsort_ints", do_qsort_ints, SORTED);
	measure("qsort_doubles", do_qsort_doubles, SORTED);
	measure("time", do_time, 1);
	measure("gmtime_r", do_gmtime, 1);
	measure("localtime_r", do_localtime, 1);
	return !fclose(file);
}
