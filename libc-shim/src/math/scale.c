/* SPDX-License-Identifier: MIT
 * Numbers times powers of two, with errno where the result is out of range; the difference or 0; hypotl, which newlib computes as
 * double. */
#include <errno.h>
#include <limits.h>
#include <math.h>

#define SCALE(type, suffix) \
    type scalbln##suffix(type x, long power) \
    { \
        type result = scalbn##suffix(x, power > INT_MAX ? INT_MAX : power < INT_MIN ? INT_MIN : (int)power); \
\
        if (isfinite(x) && x != 0 && (isinf(result) || result == 0)) \
            errno = ERANGE; \
        return result; \
    } \
    type ldexp##suffix(type x, int power) { return scalbln##suffix(x, power); } \
    type fdim##suffix(type x, type y) \
    { \
        type result; \
\
        if (isnan(x) || isnan(y)) \
            return x + y; \
        result = x > y ? x - y : 0; \
        if (isinf(result) && isfinite(x) && isfinite(y)) \
            errno = ERANGE; \
        return result; \
    }

SCALE(float, f)
SCALE(double, )
SCALE(long double, l)

long double hypotl(long double x, long double y)
{
    int exponent;
    long double result, high, low, top, rest, error;

    x = fabsl(x);
    y = fabsl(y);
    if (isinf(x) || isinf(y))
        return INFINITY;
    if (isnan(x) || isnan(y))
        return x + y;
    if (x < y)
        result = x, x = y, y = result;
    if (y == 0 || y < x * 0x1p-66L)
        return x + y;
    frexpl(x, &exponent);
    x = scalbnl(x, -exponent);
    y = scalbnl(y, -exponent);
    result = sqrtl(x * x + y * y);
    /* One step of Newton's on the squares' difference, in halves that lose nothing. */
    high = (float)x;
    low = x - high;
    top = (float)result;
    rest = result - top;
    error = high * high - top * top + (low * (x + high) - rest * (result + top)) + y * y;
    result = scalbnl(result + error / (2 * result), exponent);
    if (isinf(result))
        errno = ERANGE;
    return result;
}
