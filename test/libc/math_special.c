/* SPDX-License-Identifier: MIT */
/* Every function of <math.h> at zeros, ones, halves, infinities, NaN, the smallest and the largest numbers: what comes out where
 * there is one right answer (an exact number, an infinity, NaN), errno, and the exceptions but inexact and underflow. */
#include <errno.h>
#include <fenv.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>

#include "real_functions.h"

enum { TOLD = FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW };

static void begin(void)
{
	feclearexcept(FE_ALL_EXCEPT);
	errno = 0;
}

/* To five digits: how exact the others are is another test's matter. Linux says of some that are finite that they overflowed. */
static void tell(long double result)
{
	int error = errno, raised = fetestexcept(isfinite(result) ? TOLD & ~FE_OVERFLOW : TOLD);

	if (isnan(result))
		printf("nan");
	else
		printf("%.5Lg", result);
	printf(" errno %d exceptions %x\n", error, raised);
}

/* Rounding shows in every digit of what has few. */
static void tell_rounded(long double result)
{
	tell(result != 0 && fabsl(result) < FLT_MIN ? copysignl(FLT_MIN, result) : result);
}

/* Of zeros of both signs either is the larger. */
static void tell_unsigned_zero(long double result)
{
	tell(result == 0 ? 0 : result);
}

static void tell_whole(long long result)
{
	int error = errno, raised = fetestexcept(TOLD);

	printf("%lld errno %d exceptions %x\n", result, error, raised);
}

#define VALUES(type, least, small, most) \
	{0, -(type)0.0, 1, -1, (type)0.5, (type)-0.5, 2, -2, (type)2.5, (type)-2.5, 3, -3, 10, -10, (type)1e-10, (type)-1e-10, 30, -30, \
	 1000, -1000, 100000, -100000, least, -least, small, -small, most, -most, INFINITY, -INFINITY, NAN}
enum { COUNT = 31 };

#define TEST(type, suffix, least, small, most) \
	static volatile type values##suffix[COUNT] = VALUES(type, least, small, most); \
	static void test##suffix(void) \
	{ \
		int i, k, n; \
		ONE_ARGUMENT(ROUNDED##suffix) \
		ROUNDING_ONES(ONE##suffix) \
		TWO_ARGUMENTS(TWO##suffix) \
		EXACT_TWOS(TWO##suffix) \
		MAXIMA(MAX##suffix) \
		for (i = 0; i < COUNT; i++) { \
			type x = values##suffix[i], part; \
			begin(), printf("modf" #suffix "(%Lg) ", (long double)x), tell(modf##suffix(x, &part)); \
			printf(" whole %Lg\n", (long double)part); \
			begin(), printf("frexp" #suffix "(%Lg) ", (long double)x), tell(frexp##suffix(x, (n = 0, &n))); \
			printf(" exponent %d\n", isfinite(x) ? n : 0); \
			begin(), printf("ilogb" #suffix "(%Lg) ", (long double)x), tell_whole(ilogb##suffix(x)); \
			begin(), printf("lrint" #suffix "(%Lg) ", (long double)x), tell_whole(lrint##suffix(x)); \
			begin(), printf("llround" #suffix "(%Lg) ", (long double)x), tell_whole(llround##suffix(x)); \
			for (k = 0; k < POWERS; k++) { \
				begin(), printf("ldexp" #suffix "(%Lg,%d) ", (long double)x, powers[k]), tell(ldexp##suffix(x, powers[k])); \
				begin(), printf("scalbln" #suffix "(%Lg,%d) ", (long double)x, powers[k]); \
				tell(scalbln##suffix(x, powers[k])); \
			} \
			for (k = 0; k < COUNT; k++) { \
				type y = values##suffix[k]; \
				n = 0; \
				begin(), printf("remquo" #suffix "(%Lg,%Lg) ", (long double)x, (long double)y), tell(remquo##suffix(x, y, &n)); \
				printf(" quotient %d\n", isfinite(x) && !isnan(y) && y != 0 ? n & 7 : 0); \
				begin(), printf("nexttoward" #suffix "(%Lg,%Lg) ", (long double)x, (long double)y); \
				tell(nexttoward##suffix(x, (long double)y)); \
				begin(), printf("fma" #suffix "(%Lg,%Lg,1) ", (long double)x, (long double)y), tell(fma##suffix(x, y, 1)); \
			} \
		} \
	}

static const int powers[] = {0, 1, -1, 100, -100, 5000, -5000, 40000, -40000, INT_MAX, INT_MIN};
enum { POWERS = sizeof powers / sizeof *powers };

#define ONE_OF(name, suffix, tell) \
	for (i = 0; i < COUNT; i++) \
		begin(), printf(#name #suffix "(%Lg) ", (long double)values##suffix[i]), tell(name##suffix(values##suffix[i]));
#define TWO_OF(name, suffix, tell) \
	for (i = 0; i < COUNT; i++) \
		for (k = 0; k < COUNT; k++) \
			begin(), printf(#name #suffix "(%Lg,%Lg) ", (long double)values##suffix[i], (long double)values##suffix[k]), \
				tell(name##suffix(values##suffix[i], values##suffix[k]));
#define ROUNDEDf(name) ONE_OF(name, f, tell_rounded)
#define ROUNDEDl(name) ONE_OF(name, l, tell_rounded)
#define ROUNDED(name) ONE_OF(name, , tell_rounded)
#define ONEf(name) ONE_OF(name, f, tell)
#define ONEl(name) ONE_OF(name, l, tell)
#define ONE(name) ONE_OF(name, , tell)
#define TWOf(name) TWO_OF(name, f, tell)
#define TWOl(name) TWO_OF(name, l, tell)
#define TWO(name) TWO_OF(name, , tell)
#define MAXf(name) TWO_OF(name, f, tell_unsigned_zero)
#define MAXl(name) TWO_OF(name, l, tell_unsigned_zero)
#define MAX(name) TWO_OF(name, , tell_unsigned_zero)

TEST(float, f, 0x1p-149f, FLT_MIN, FLT_MAX)
TEST(double, , 0x1p-1074, DBL_MIN, DBL_MAX)
TEST(long double, l, 0x1p-16445L, LDBL_MIN, LDBL_MAX)

int main(void)
{
	testf();
	test();
	testl();
	return 0;
}
