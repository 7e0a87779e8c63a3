/* SPDX-License-Identifier: MIT
 * Functions of double, computed as long double and rounded once: the gamma functions, of which newlib's tgamma is up to 580 units
 * wrong, and some that are 2. Poles and what they raise are C17's. */
#include <errno.h>
#include <math.h>

/* newlib's. */
long double lgammal_r(long double, int *);

static long double with_errors(long double x, int *sign)
{
    long double result;

    *sign = 1;
    if (isfinite(x) && x <= 0 && x == floorl(x)) {
        *sign = signbit(x) && x == 0 ? -1 : 1;
        errno = ERANGE;
        return 1 / fabsl(x - x); /* raises division by zero */
    }
    result = lgammal_r(x, sign);
    if (isinf(result) && isfinite(x))
        errno = ERANGE;
    return result;
}

static double narrow(long double wide)
{
    double result = (double)wide;

    if ((isinf(result) && !isinf(wide)) || (result == 0 && wide != 0))
        errno = ERANGE;
    return result;
}

static float narrow_f(long double wide)
{
    float result = (float)wide;

    if ((isinf(result) && !isinf(wide)) || (result == 0 && wide != 0))
        errno = ERANGE;
    return result;
}

double lgamma_r(double x, int *sign) { return narrow(with_errors(x, sign)); }
float lgammaf_r(float x, int *sign) { return narrow_f(with_errors(x, sign)); }
double lgamma(double x) { return lgamma_r(x, &signgam); }
float lgammaf(float x) { return lgammaf_r(x, &signgam); }
long double lgammal(long double x) { return with_errors(x, &signgam); }
double gamma(double x) { return lgamma(x); }
float gammaf(float x) { return lgammaf(x); }
long double gammal(long double x) { return lgammal(x); }

double atanh(double x) { return narrow(atanhl(x)); }
double erfc(double x) { return narrow(erfcl(x)); }
double tanh(double x) { return narrow(tanhl(x)); }

double tgamma(double x)
{
    if (x == 0) {
        errno = ERANGE;
        return 1 / x;
    }
    if (x < 0 && x == floor(x)) {
        errno = EDOM;
        return (x - x) / (x - x);
    }
    if (isnan(x))
        return x + x;
    if (x < -190) { /* long double's ends later, with other errors */
        errno = ERANGE;
        return copysign(0x1p-1000, fmod(floor(x), 2) == 0 ? 1 : -1) * 0x1p-1000;
    }
    return narrow(tgammal(x));
}
