/* SPDX-License-Identifier: MIT */
/*
 * printf and strtod of random numbers: of random bits, of decimal and of binary fractions near the middle of two results,
 * double and long double, in all conversions, flags, precisions and directions of rounding (read to nearest only). A line is the sum of a thousand
 * texts; with its number as argument, the thousand are shown.
 */
#include <fenv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 400, A_LINE = 1000, LONGEST = 20000 };

static uint64_t state = 88172645463325252u;

static uint64_t any(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * 2685821657736338717u;
}

static double of_bits(void)
{
	uint64_t bits = any();
	double number;

	memcpy(&number, &bits, sizeof number);
	return number;
}

static long double long_of_bits(void)
{
	uint64_t m = any();
	uint16_t exponent = (uint16_t)any();
	long double number = 0;

	if (exponent & 0x7fff)
		m |= (uint64_t)1 << 63; /* others are no numbers */
	else
		m &= ~((uint64_t)1 << 63);
	memcpy(&number, &m, 8);
	memcpy((char *)&number + 8, &exponent, 2);
	return number;
}

static double of_decimal(void)
{
	char text[64];

	snprintf(text, sizeof text, "%d.%de%d", (int)(any() % 2000) - 1000, (int)(any() % 1000000), (int)(any() % 60) - 30);
	return strtod(text, NULL);
}

static long double any_number(void)
{
	switch (any() % 6) {
	case 0: return of_bits();
	case 1: return any() % 20 ? of_decimal() : long_of_bits();
	case 2: return (double)(int64_t)(any() >> any() % 64) / 2;
	case 3: return (double)(int64_t)(any() >> any() % 64) / (double)((uint64_t)1 << any() % 60);
	case 4: return (double)(int)(any() % 1000);
	default: return of_decimal();
	}
}

static int any_precision(void)
{
	uint64_t of = any();

	return of % 100 == 0 ? (int)(of / 100 % 3000) : of % 4 == 0 ? (int)(of / 4 % 41) : (int)(of / 4 % 18);
}

/* One text, rounded as it is the line's turn: its length. */
static int write_one(char *text, char *format)
{
	static const char conversion[] = "efgEFGaefg", flag[] = "-+ #0";
	int precision = any_precision(), width = (int)(any() % 40);
	long double number = any_number();
	char *to = format;

	*to++ = '%';
	for (int i = 0; flag[i]; i++)
		if (any() % 4 == 0)
			*to++ = flag[i];
	if (any() % 8)
		to = stpcpy(to, any() % 3 ? ".*" : "*.*");
	else
		precision = -1;
	if (any() % 4 == 0)
		*to++ = 'L';
	*to++ = conversion[any() % 10];
	*to = 0;
	if (precision < 0)
		return strchr(format, 'L') ? snprintf(text, LONGEST, format, number) : snprintf(text, LONGEST, format, (double)number);
	if (strstr(format, "*."))
		return strchr(format, 'L') ? snprintf(text, LONGEST, format, width, precision, number)
					   : snprintf(text, LONGEST, format, width, precision, (double)number);
	return strchr(format, 'L') ? snprintf(text, LONGEST, format, precision, number)
				   : snprintf(text, LONGEST, format, precision, (double)number);
}

/* What was printed, read again, and a cut of it. */
static uint64_t read_it(char *text)
{
	char *end;
	double whole = strtod(text, &end), cut;
	float small = strtof(text, NULL);
	uint64_t sum = (uint64_t)(end - text), bits;
	uint32_t word;

	text[3 + any() % 20] = 0;
	cut = strtod(text, NULL);
	memcpy(&bits, &whole, 8);
	sum = sum * 31 + bits;
	memcpy(&bits, &cut, 8);
	sum = sum * 31 + bits;
	memcpy(&word, &small, 4);
	return sum * 31 + word;
}

int main(int count, char **arguments)
{
	static char text[LONGEST + 24];
	char format[16];
	static const int direction[] = {FE_TONEAREST, FE_TONEAREST, FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
	int shown = count > 1 ? atoi(arguments[1]) : -1;

	for (int line = 0; line < LINES; line++) {
		uint64_t sum = 0;

		fesetround(direction[line % 6]);
		for (int i = 0; i < A_LINE; i++) {
			int length = write_one(text, format);

			for (int k = 0; k < length && k < LONGEST; k++)
				sum = (sum ^ (unsigned char)text[k]) * 1099511628211u;
			if (line == shown)
				printf("%d %s: %s\n", i, format, text);
			sum = sum * 31 + (uint64_t)length;
			sum = sum * 31 + read_it(text);
			if (line == shown)
				printf("   %llx\n", (unsigned long long)sum);
		}
		printf("%d %llx\n", line, (unsigned long long)sum);
	}
	return 0;
}
