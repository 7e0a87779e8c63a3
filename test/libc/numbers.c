/* SPDX-License-Identifier: MIT */
/* strtod, strtof, strtold and strtol: values, where they stop, and errno; chosen forms, and random ones in decimal and hexadecimal. */
#include <errno.h>
#include <fenv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "random_bits.h"

static uint64_t bits_of(double number)
{
	uint64_t bits;

	memcpy(&bits, &number, sizeof bits);
	return bits;
}

static uint64_t bits_of_long(long double number)
{
	uint64_t bits;
	uint16_t top;

	memcpy(&bits, &number, sizeof bits);
	memcpy(&top, (char *)&number + 8, sizeof top);
	return bits * 3 + top;
}

static void whole(const char *text, int base)
{
	wchar_t wide[40], *wide_end;
	char *end;
	long signed_one;
	unsigned long unsigned_one;
	int errors[2];
	size_t i;

	for (i = 0; i <= strlen(text); i++)
		wide[i] = (unsigned char)text[i];
	errno = 0;
	signed_one = strtol(text, &end, base);
	errors[0] = errno;
	errno = 0;
	unsigned_one = strtoul(text, NULL, base);
	errors[1] = errno;
	printf("%s in %d: %ld %lu %d %d, %d characters", text, base, signed_one, unsigned_one, errors[0], errors[1], (int)(end - text));
	errno = 0;
	printf(" %lld", (long long)strtoll(text, NULL, base));
	printf(" %llu %d", strtoull(text, NULL, base), errno);
	printf(" %ld", wcstol(wide, &wide_end, base));
	printf(" %d\n", (int)(wide_end - wide));
}

static void say(const char *text)
{
	char *end, *end_f;
	double number;
	float small;
	int error;

	errno = 0;
	number = strtod(text, &end);
	error = errno;
	errno = 0;
	small = strtof(text, &end_f);
	/* Not by %a: of the same number several forms are right. */
	printf("%s: %016llx %d %d, %016llx %d %d\n", text, (unsigned long long)bits_of(number), (int)(end - text), error,
	       (unsigned long long)bits_of((double)small), (int)(end_f - text), errno);
}

static void invent(char *text)
{
	uint64_t kind = random_bits();
	int places = (int)(kind >> 8 & 31), spread = kind & 4 ? 20 : kind & 8 ? 60 : (kind >> 32 & 7) ? 340 : 4990;
	char digits[40];
	int exponent = (int)(random_bits() % (unsigned)(2 * spread + 1)) - spread;

	if (kind & 1) {
		sprintf(digits, "%llx%llx", (unsigned long long)random_bits(), (unsigned long long)(random_bits() >> (kind >> 16 & 63)));
		digits[places + 1] = 0;
		sprintf(text, "%s0x%c.%sp%d", kind & 2 ? "-" : "", "123456789abcdef0"[kind >> 24 & 15], digits, 3 * exponent);
	} else {
		sprintf(digits, "%llu%llu", (unsigned long long)random_bits(), (unsigned long long)random_bits());
		digits[places + 1] = 0;
		sprintf(text, "%s%c.%se%d", kind & 2 ? "-" : "", "1234567890"[(kind >> 24) % 10], digits, exponent);
	}
}

/* One line for each thousand, so that a difference has a place; errno and the end belong to it. */
static void many(int thousands)
{
	char text[120], *end;
	int i;

	while (thousands--) {
		uint64_t sum = 0;

		for (i = 0; i < 1000; i++) {
			invent(text);
			errno = 0;
			sum = sum * 31 + bits_of(strtod(text, &end)) + (uint64_t)errno;
			sum = sum * 31 + (uint64_t)(end - text);
			errno = 0;
			sum = sum * 31 + bits_of(strtof(text, NULL)) + (uint64_t)errno;
			errno = 0;
			sum = sum * 31 + bits_of_long(strtold(text, &end)) + (uint64_t)errno;
			sum = sum * 31 + (uint64_t)(end - text);
		}
		printf("%d %016llx, the last is %s\n", thousands, (unsigned long long)sum, text);
	}
}

int main(void)
{
	static const char *const texts[] = {
	    "9007199254740993", "9007199254740993.0000000000000000000000000001", "2.2250738585072011e-308", "2.2250738585072014e-308",
	    "1.7976931348623158e308", "1.7976931348623159e308", "-1e400", "1e-400", "4.9406564584124654e-324", "2.4703282292062327e-324",
	    "0x1.8p1", "0x.8", "0xA.bp-4z", "0x1.00000000000008p0", "0x1.000000000000081p0", "0x1.fffffffffffff8p1023", "0x1p-1074",
	    "0x1p-1075", "0x1.8p-1074", "0x1p-149", "0x1p-150", "0xg", "0x", "-0x", "0x.", "0x.p1", "-0.e5", "-0", "1e", "1.5e+x",
	    " \t-.5.", "infinityx", "infinit", "-inf", "nan", "+", ".", "", "-", "e5", "1.00000017881393432617187499",
	    "3.4028235677973366e38", "3.4028235677973365e38", "1.1754943508222875e-38", "0x1p99999999999", "1e99999999999"};
	static const char *const wholes[] = {"0x", "0xg", "0xz", "-0x", "0x-1", "0xf", "0XFg", " \t\n12", "+-1", "", "-", "0", "00", "08", "0779", "zZ", "9z",
	    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615",
	    "18446744073709551616", "-1", "-18446744073709551615", "7fffffffffffffff", "99999999999999999999999x", "1_000", "0b1"};
	static const int bases[] = {0, 10, 16, 8, 2, 36}, directions[] = {FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO, FE_TONEAREST};
	unsigned i, b;

	for (i = 0; i < sizeof texts / sizeof *texts; i++)
		say(texts[i]);
	for (i = 0; i < sizeof wholes / sizeof *wholes; i++)
		for (b = 0; b < sizeof bases / sizeof *bases; b++)
			whole(wholes[i], bases[b]);
	many(300);
	for (i = 0; i < sizeof directions / sizeof *directions; i++) {
		fesetround(directions[i]);
		many(20);
	}
	return 0;
}
