/* SPDX-License-Identifier: MIT
 * powl: the logarithm in quadruple precision, so that a large power of it is still exact. newlib's own is up to 59 units wrong. */
#include <errno.h>
#include <fenv.h>
#include <math.h>
#include <stdbool.h>

/* log2(m) of 1/sqrt(2) <= m <= sqrt(2), by the series of the inverse hyperbolic tangent: 2^-100. */
static __float128 log2_quad(long double m)
{
    /* 2 / ln 2 */
    const __float128 factor = 2.885390081777926814719849362003784069Q;
    static const __float128 term[] = {1 / 1.Q,  1 / 3.Q,  1 / 5.Q,  1 / 7.Q,  1 / 9.Q,  1 / 11.Q, 1 / 13.Q, 1 / 15.Q, 1 / 17.Q, 1 / 19.Q,
                                      1 / 21.Q, 1 / 23.Q, 1 / 25.Q, 1 / 27.Q, 1 / 29.Q, 1 / 31.Q, 1 / 33.Q, 1 / 35.Q, 1 / 37.Q, 1 / 39.Q};
    __float128 s = ((__float128)m - 1) / ((__float128)m + 1), square = s * s, sum = 0;
    int i;

    for (i = sizeof term / sizeof *term; i-- > 0;)
        sum = sum * square + term[i];
    return factor * s * sum;
}

/* x is finite and above zero, y is finite and not zero. */
static long double power(long double x, long double y)
{
    const long double ln_2 = 0.693147180559945309417232121458176568L;
    long double m, whole, rest, result;
    __float128 z;
    int exponent;

    m = frexpl(x, &exponent);
    if (m < 0.70710678118654752440L) {
        m *= 2;
        exponent--;
    }
    y = fmaxl(fminl(y, 0x1p80L), -0x1p80L); /* past both ends, whatever x */
    z = ((__float128)exponent + (m == 1 ? 0 : log2_quad(m))) * y;
    if (z > 16384 || z < -16500)
        return z > 0 ? INFINITY : 0;
    whole = rintl((long double)z);
    z -= whole;
    rest = (long double)z;
    result = exp2l(rest);
    result += result * ((long double)(z - rest) * ln_2);
    return scalbnl(result, (int)whole);
}

static bool is_whole(long double y) { return y == truncl(y); }
static bool is_odd(long double y) { return is_whole(y) && !is_whole(y / 2); }

long double powl(long double x, long double y)
{
    bool negative;
    long double result;

    if (y == 0 || x == 1)
        return 1;
    if (isnan(x) || isnan(y))
        return x + y;
    negative = signbit(x) && is_odd(y);
    if (x == 0) {
        if (y > 0)
            return negative ? -0.0L : 0;
        if (isinf(y))
            return INFINITY;
        errno = ERANGE;
        feraiseexcept(FE_DIVBYZERO);
        return negative ? -INFINITY : INFINITY;
    }
    if (isinf(y))
        return x == -1 ? 1 : (fabsl(x) > 1) == (y > 0) ? INFINITY : 0;
    if (isinf(x))
        return y > 0 ? (negative ? -INFINITY : INFINITY) : negative ? -0.0L : 0;
    if (x < 0 && !is_whole(y)) {
        errno = EDOM;
        return (x - x) / (x - x);
    }
    result = power(fabsl(x), y);
    if (isinf(result)) {
        errno = ERANGE;
        feraiseexcept(FE_OVERFLOW | FE_INEXACT);
    } else if (result == 0) {
        errno = ERANGE;
        feraiseexcept(FE_UNDERFLOW | FE_INEXACT);
    }
    return negative ? -result : result;
}
