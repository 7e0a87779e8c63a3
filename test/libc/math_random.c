/* SPDX-License-Identifier: MIT */
/* Every function of <math.h> at random numbers. With -DREFERENCE it prints what gcc's quadmath makes of them, rounded once to the
 * type; `ulps` compares. */
#ifdef REFERENCE
#include <quadmath.h>
#endif
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state;

static uint64_t random_bits(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Half of them evenly between -limit and limit, half with any exponent from `least` up to that. */
static long double invent(long double limit, int least)
{
	long double part = (long double)random_bits() * 0x1p-64L;
	uint64_t kind = random_bits();
	int most, sign = kind & 1 ? -1 : 1;

	if (kind & 2)
		return sign * limit * part;
	frexpl(limit, &most);
	return sign * ldexpl(1 + part, least + (int)(kind / 4 % (uint64_t)(most - 1 - least)));
}

static const char *number_f(float x)
{
	static char text[20];
	uint32_t bits;

	memcpy(&bits, &x, sizeof bits);
	sprintf(text, "%08x", isnan(x) ? 0x7fc00000u : bits);
	return text;
}

static const char *number_(double x)
{
	static char text[20];
	uint64_t bits;

	memcpy(&bits, &x, sizeof bits);
	sprintf(text, "%016llx", isnan(x) ? 0x7ff8000000000000ull : (unsigned long long)bits);
	return text;
}

static const char *number_l(long double x)
{
	static char text[30];
	uint64_t bits;
	uint16_t top;

	memcpy(&bits, &x, sizeof bits);
	memcpy(&top, (char *)&x + 8, sizeof top);
	sprintf(text, "%04x%016llx", isnan(x) ? 0x7fff : top, isnan(x) ? 0xc000000000000000ull : (unsigned long long)bits);
	return text;
}

#ifdef REFERENCE
#define CALL(type, name, suffix, ...) ((type)name##q(__VA_ARGS__))
#else
#define CALL(type, name, suffix, ...) name##suffix(__VA_ARGS__)
#endif
#define ONE_OF(type, name, suffix, limit, least, positive) \
	for (state = 88172645463325252u, i = 0; i < count; i++) { \
		type x = (type)invent(limit, least); \
		if (positive) \
			x = x < 0 ? -x : x; \
		printf(#name #suffix " %s %La\n", number_##suffix(CALL(type, name, suffix, x)), (long double)x); \
	}
#define TWO_OF(type, name, suffix, limit, least, positive, limit_y, least_y) \
	for (state = 88172645463325252u, i = 0; i < count; i++) { \
		type x = (type)invent(limit, least), y = (type)invent(limit_y, least_y); \
		if (positive) \
			x = x < 0 ? -x : x; \
		printf(#name #suffix " %s %La %La\n", number_##suffix(CALL(type, name, suffix, x, y)), (long double)x, (long double)y); \
	}

/* The third is near the product's negative: what is left are its last bits. */
#define THREE_OF(type, name, suffix) \
	for (state = 88172645463325252u, i = 0; i < count; i++) { \
		type x = (type)invent(1e9L, -40), y = (type)invent(1e9L, -40), z = (type)invent(1e9L, -60); \
		if (i % 2) \
			z = -(x * y) + (i % 4 == 1 ? 0 : z); \
		printf(#name #suffix " %s %La %La %La\n", number_##suffix(CALL(type, name, suffix, x, y, z)), (long double)x, (long double)y, \
		       (long double)z); \
	}

/* `exponents`: where exp(x) ends; `tiny` and `huge`: of the type's exponents. */
#define TEST(type, suffix, exponents, tiny, huge) \
	static void test_##suffix(int count) \
	{ \
		const long double limit = ldexpl(1, huge); \
		int i; \
		ONE_OF(type, acos, suffix, 1, -40, 0) \
		ONE_OF(type, acosh, suffix, limit, 0, 1) \
		ONE_OF(type, asin, suffix, 1, tiny, 0) \
		ONE_OF(type, asinh, suffix, limit, tiny, 0) \
		ONE_OF(type, atan, suffix, limit, tiny, 0) \
		ONE_OF(type, atanh, suffix, 1, tiny, 0) \
		ONE_OF(type, cbrt, suffix, limit, tiny, 0) \
		ONE_OF(type, cos, suffix, 1e9L, -40, 0) \
		ONE_OF(type, cosh, suffix, exponents, -40, 0) \
		ONE_OF(type, erf, suffix, 8, tiny, 0) \
		ONE_OF(type, erfc, suffix, 12, -70, 0) \
		ONE_OF(type, exp, suffix, exponents, -70, 0) \
		ONE_OF(type, exp2, suffix, exponents * 1.4L, -70, 0) \
		ONE_OF(type, expm1, suffix, exponents, tiny, 0) \
		ONE_OF(type, log, suffix, limit, tiny, 1) \
		ONE_OF(type, log10, suffix, limit, tiny, 1) \
		ONE_OF(type, log1p, suffix, limit, tiny, 1) \
		ONE_OF(type, log2, suffix, limit, tiny, 1) \
		ONE_OF(type, lgamma, suffix, 1e6L, -40, 1) \
		ONE_OF(type, sin, suffix, 1e9L, tiny, 0) \
		ONE_OF(type, sinh, suffix, exponents, tiny, 0) \
		ONE_OF(type, sqrt, suffix, limit, tiny, 1) \
		ONE_OF(type, tan, suffix, 1e9L, tiny, 0) \
		ONE_OF(type, tanh, suffix, 50, tiny, 0) \
		ONE_OF(type, tgamma, suffix, 34, -20, 0) \
		TWO_OF(type, atan2, suffix, 1e20L, -60, 0, 1e20L, -60) \
		TWO_OF(type, hypot, suffix, limit, tiny, 0, limit, tiny) \
		TWO_OF(type, hypot, suffix, 100, -3, 0, 100, -3) \
		TWO_OF(type, pow, suffix, 1e9L, -30, 1, exponents / 25, -20) \
		TWO_OF(type, pow, suffix, 1.01L, -1, 1, exponents * 90, 0) \
		TWO_OF(type, fmod, suffix, 1e18L, -60, 0, 1e9L, -60) \
		TWO_OF(type, remainder, suffix, 1e18L, -60, 0, 1e9L, -60) \
		THREE_OF(type, fma, suffix) \
	}

TEST(float, f, 87, -120, 120)
TEST(double, , 708, -1000, 1000)
TEST(long double, l, 11350, -16300, 16300)

int main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 400;

	test_f(count);
	test_(count);
	test_l(count);
	return 0;
}
