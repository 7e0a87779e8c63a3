/* SPDX-License-Identifier: MIT */
/* printf and scanf of random formats and numbers: every conversion with every flag, width, precision and length. What is printed for a
 * thousand of them is one line, with a sum of all. */
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "random_bits.h"

static unsigned below(unsigned n)
{
	return (unsigned)(random_bits() >> 33) % n;
}

static char last[3000];
static uint64_t sum;

static void keep(int returned, const char *text)
{
	sum = sum * 1000003 + (uint64_t)returned;
	for (; *text; text++)
		sum = sum * 31 + (unsigned char)*text;
}

static void print(const char *format, ...)
{
	char text[6000];
	va_list values;
	int got;

	va_start(values, format);
	got = vsnprintf(text, sizeof text, format, values);
	va_end(values);
	keep(got, text);
	snprintf(last, sizeof last, "%s: %s", format, text);
}

static double random_double(void)
{
	uint64_t bits = random_bits();
	double x;

	switch (below(4)) {
	case 0:
		return (double)(int64_t)bits / (double)(1 << below(31));
	case 1:
		return (double)((int)bits % 100000) / 1000;
	case 2:
		return below(2) ? 0.5 + below(20) : below(2) ? INFINITY : -0.0;
	default:
		memcpy(&x, &bits, sizeof x);
		return isnan(x) ? 1 : x;
	}
}

static void flags(char *format, const char *all)
{
	for (; *all; all++)
		if (below(4) == 0)
			strncat(format, all, 1);
	if (below(2))
		sprintf(format + strlen(format), "%u", below(40) + 1);
	if (below(2))
		sprintf(format + strlen(format), ".%u", below(below(8) ? 25 : 1100));
}

static void one(void)
{
	static const char *const lengths[] = {"hh", "h", "", "l", "ll", "j", "z", "t"};
	char format[60] = "%";
	unsigned length;

	switch (below(5)) {
	case 0:
	case 1:
		flags(format, below(2) ? "-+ 0" : "-#0");
		length = below(8);
		strcat(format, lengths[length]);
		strncat(format, &"diuoxX"[below(6)], 1);
		if (length < 3)
			print(format, (int)random_bits() >> below(32));
		else
			print(format, (int64_t)random_bits() >> below(64));
		break;
	case 2:
		flags(format, "-+ #0");
		strncat(format, &"eEfFgG"[below(6)], 1);
		print(format, random_double());
		break;
	case 3:
		flags(format, "-+ #0");
		strcat(format, "L");
		strncat(format, &"eEfFgG"[below(6)], 1);
		print(format, (long double)random_double() * ((long double)random_bits() + 1));
		break;
	default:
		flags(format, "-");
		strcat(format, below(2) ? "s" : "c");
		if (format[strlen(format) - 1] == 's')
			print(format, "a text of some length" + below(20));
		else
			print(format, 'a' + (int)below(26));
	}
}

static void scan(const char *text, const char *format)
{
	char a[40] = "-", b[40] = "-";
	int n = -1, m = -1, end = -1, got;
	double x = -1;
	float y = -1;

	if (strchr(format, 'f') && !strstr(format, "%d"))
		got = sscanf(text, format, &x, &y, &end), printf("'%s' '%s': %d %g %g %d\n", text, format, got, x, (double)y, end);
	else if (strchr(format, 's') || strchr(format, '['))
		got = sscanf(text, format, a, b, &end), printf("'%s' '%s': %d %s %s %d\n", text, format, got, a, b, end);
	else
		got = sscanf(text, format, &n, &m, &end), printf("'%s' '%s': %d %d %d %d\n", text, format, got, n, m, end);
}

int main(void)
{
	int thousand, i;

	for (thousand = 0; thousand < 200; thousand++) {
		for (i = 0; i < 1000; i++)
			one();
		printf("%016llx %.200s\n", (unsigned long long)sum, last);
	}
	scan("10e", "%lf%f%n"), scan("10e+", "%lf%f%n"), scan("1.5e3x", "%lf%f%n"), scan(".", "%lf%f%n");
	scan("0x1.8p2 -.5", "%lf%f%n"), scan("nan inf", "%lf%f%n"), scan("infinity nan(12)", "%lf%f%n"), scan("12.5.5", "%lf%f%n");
	scan("123456789", "%4lf%3f%n"), scan("-+1", "%lf%f%n"), scan("infx", "%lf%f%n");
	scan("12345", "%5i%2i%n"), scan("0x1f 077", "%i%i%n"), scan("0x", "%i%i%n"), scan("0xg", "%i%i%n"), scan("09", "%i%i%n");
	scan("-5 +7", "%d %d%n"), scan("99999999999 1", "%d%d%n"), scan("12 ", "%2d%d%n"), scan("", "%d%d%n"), scan("1,2", "%d,%d%n");
	scan("abc def", "%s%s%n"), scan("abcdef", "%3s%s%n"), scan("abc]d", "%[^]]%[]d]%n"), scan("a-z", "%[a-]%s%n"), scan("  x", "%1s%s%n");
	scan("%d5", "%%d%d%d%n"), scan("5 6", "%*d%d%n"), scan("ab", "%[0-9]%s%n");
	return 0;
}
