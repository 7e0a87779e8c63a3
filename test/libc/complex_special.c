/* SPDX-License-Identifier: MIT */
/* The complex functions at every pair of special parts, and at random ones to few digits: all three types. */
#include <complex.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>

static const double parts[] = {0, -0.0, 1, -1, 0.5, -0.5, 2.5, -3, 30, -30, 1000, INFINITY, -INFINITY, NAN};
enum { PARTS = sizeof parts / sizeof *parts };

/* C17 leaves some signs open: those of a zero, and of an infinity beside NaN. */
static void tell(long double x, long double beside)
{
	if (isnan(x))
		printf(" nan");
	else if (isinf(x))
		printf(" %sinf", isnan(beside) ? "any " : x < 0 ? "-" : "");
	else if (fabsl(x) < 1e-15L)
		printf(" 0");
	else
		printf(" %.4Lg", x);
}

#define TEST(type, name, suffix) \
	for (i = 0; i < PARTS; i++) \
		for (k = 0; k < PARTS; k++) { \
			type complex z = __builtin_complex((type)parts[i], (type)parts[k]), w = name##suffix(z); \
			printf(#name #suffix "(%g,%g)", parts[i], parts[k]); \
			tell(__real__ w, __imag__ w), tell(__imag__ w, __real__ w); \
			printf("\n"); \
		}
#define TESTS(name) TEST(float, name, f) TEST(double, name, ) TEST(long double, name, l)

int main(void)
{
	int i, k;

	TESTS(cexp)
	TESTS(clog)
	TESTS(csqrt)
	TESTS(csinh)
	TESTS(ccosh)
	TESTS(ctanh)
	TESTS(csin)
	TESTS(ccos)
	TESTS(ctan)
	TESTS(catan)
	TESTS(cproj)
	for (i = 0; i < PARTS; i++)
		for (k = 0; k < PARTS; k++) {
			printf("%g,%g:", parts[i], parts[k]);
			tell(carg(__builtin_complex(parts[i], parts[k])), 0);
			tell(cargl(__builtin_complex((long double)parts[i], (long double)parts[k])), 0);
			tell(cabsl(__builtin_complex((long double)parts[i], (long double)parts[k])), 0);
			printf("\n");
		}
	printf("%.10g %.10g\n", creal(cpow(1 + 2 * I, 3 - I)), cimag(cpow(1 + 2 * I, 3 - I)));
	printf("%.12Lg %.12Lg\n", creall(cpowl(1 + 2 * I, 3 - I)), cimagl(cpowl(1 + 2 * I, 3 - I)));
	return 0;
}
