/* SPDX-License-Identifier: MIT
 * Numbers times powers of two, with errno where the result is out of range; the difference or 0. */
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
