/* SPDX-License-Identifier: MIT */
/* <tgmath.h>: the type of each result, by the types of its arguments. */
#include <complex.h>
#include <stdio.h>
#include <tgmath.h>

static float f = 0.5f;
static double d = 0.5;
static long double l = 0.5L;
static int i = 1;
static long long ll = 1;
static float complex fc = 0.5f;
static double complex dc = 0.5;
static long double complex lc = 0.5L;

#define TYPE(x) \
	_Generic((x), float: "f", double: "d", long double: "l", float complex: "fc", double complex: "dc", long double complex: "lc", int: "i", \
	    long: "long", long long: "llong", default: "other")
#define ONE(name) printf(#name " %s %s %s %s %s\n", TYPE(name(f)), TYPE(name(d)), TYPE(name(l)), TYPE(name(i)), TYPE(name(ll)));
#define BOTH(name) \
	ONE(name) printf(#name " %s %s %s\n", TYPE(name(fc)), TYPE(name(dc)), TYPE(name(lc)));
#define TWO(name) \
	printf(#name " %s %s %s %s %s %s %s\n", TYPE(name(f, f)), TYPE(name(f, d)), TYPE(name(l, f)), TYPE(name(i, f)), TYPE(name(d, i)), TYPE(name(i, i)), \
	    TYPE(name(d, l)));

int main(void)
{
	int n = 0;

	BOTH(acos) BOTH(asin) BOTH(atan) BOTH(acosh) BOTH(asinh) BOTH(atanh) BOTH(cos) BOTH(sin) BOTH(tan) BOTH(cosh) BOTH(sinh) BOTH(tanh)
	BOTH(exp) BOTH(log) BOTH(sqrt) BOTH(fabs)
	ONE(cbrt) ONE(ceil) ONE(erf) ONE(erfc) ONE(exp2) ONE(expm1) ONE(floor) ONE(ilogb) ONE(lgamma) ONE(llrint) ONE(llround) ONE(log10)
	ONE(log1p) ONE(log2) ONE(logb) ONE(lrint) ONE(lround) ONE(nearbyint) ONE(rint) ONE(round) ONE(tgamma) ONE(trunc)
	ONE(carg) ONE(cimag) ONE(conj) ONE(cproj) ONE(creal)
	TWO(atan2) TWO(copysign) TWO(fdim) TWO(fmax) TWO(fmin) TWO(fmod) TWO(hypot) TWO(nextafter) TWO(pow) TWO(remainder)
	printf("pow %s %s %s %s\n", TYPE(pow(fc, f)), TYPE(pow(d, fc)), TYPE(pow(i, lc)), TYPE(pow(fc, fc)));
	printf("others %s %s %s %s %s %s\n", TYPE(fma(f, f, f)), TYPE(fma(f, d, l)), TYPE(frexp(f, &n)), TYPE(ldexp(l, 1)), TYPE(remquo(f, f, &n)),
	       TYPE(scalbn(i, 1)));
	printf("nexttoward %s %s %s\n", TYPE(nexttoward(f, l)), TYPE(nexttoward(d, l)), TYPE(nexttoward(i, l)));
	printf("values %.6g %.6g %.6Lg %.6g\n", (double)sqrt(f), sqrt(d), sqrt(l), sqrt(i));
	return 0;
}
