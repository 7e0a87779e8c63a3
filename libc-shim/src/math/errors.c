/* SPDX-License-Identifier: MIT
 * errno of functions of newlib that do not set it, or set it where there is no error: newlib/renamed.txt gives them other names. */
#include <errno.h>
#include <fenv.h>
#include <limits.h>
#include <math.h>

/* Not a number from numbers is a domain error; infinity from what is finite, a range error. */
#define ONE(type, name) \
    type __newlib_##name(type); \
    type name(type x) \
    { \
        int before = errno; \
        type result = __newlib_##name(x); \
\
        errno = isnan(result) && !isnan(x) ? EDOM : isinf(result) && isfinite(x) ? ERANGE : before; \
        return result; \
    }
#define TWO(type, name) \
    type __newlib_##name(type, type); \
    type name(type x, type y) \
    { \
        int before = errno; \
        type result; \
\
        if (isnan(x) || isnan(y)) \
            return x + y; \
        result = __newlib_##name(x, y); \
        errno = isnan(result) ? EDOM : before; \
        return result; \
    }

ONE(long double, acosl)
ONE(long double, acoshl)
ONE(long double, asinl)
ONE(long double, atanhl)
ONE(long double, coshl)
ONE(long double, sinhl)
ONE(long double, expm1l)
ONE(long double, logl)
ONE(long double, log10l)
ONE(long double, log1pl)
ONE(long double, log2l)
ONE(long double, sinl)
ONE(long double, cosl)
ONE(long double, tanl)
TWO(long double, fmodl)
ONE(double, cosh)
TWO(double, fmod)
TWO(float, fmodf)

/* Of an infinite angle there is none. */
#define ANGULAR(type, name) \
    type __newlib_##name(type); \
    type name(type x) \
    { \
        if (isinf(x)) \
            errno = EDOM; \
        return __newlib_##name(x); \
    }
ANGULAR(double, sin)
ANGULAR(double, cos)
ANGULAR(double, tan)

/* Too small is a range error too. */
#define TO_ZERO(type, name) \
    type __newlib_##name(type); \
    type name(type x) \
    { \
        type result = __newlib_##name(x); \
\
        if (isfinite(x) && (isinf(result) || result == 0)) \
            errno = ERANGE; \
        return result; \
    }
TO_ZERO(long double, expl)
TO_ZERO(long double, exp2l)
TO_ZERO(long double, erfcl)

/* The exponent of 0, of infinity and of NaN is none: a domain error. */
#define EXPONENT(type, suffix) \
    int __newlib_ilogb##suffix(type); \
    int ilogb##suffix(type x) \
    { \
        if (isfinite(x) && x != 0) \
            return __newlib_ilogb##suffix(x); \
        errno = EDOM; \
        feraiseexcept(FE_INVALID); \
        return x == 0 ? FP_ILOGB0 : isnan(x) ? FP_ILOGBNAN : INT_MAX; \
    }
EXPONENT(float, f)
EXPONENT(double, )
EXPONENT(long double, l)

#define ANGLE(type, name) \
    type __newlib_##name(type, type); \
    type name(type y, type x) \
    { \
        type result = __newlib_##name(y, x); \
\
        if (result == 0 && y != 0 && isfinite(x)) \
            errno = ERANGE; \
        return result; \
    }
ANGLE(double, atan2)
ANGLE(long double, atan2l)

/* newlib raises division by zero for what is too large, and an exception for NaN. */
long double __newlib_tgammal(long double);
long double tgammal(long double x)
{
    long double result;

    if (isnan(x) || x == INFINITY)
        return x + x;
    if (x == 0) {
        errno = ERANGE;
        return 1 / x;
    }
    if (x < 0 && x == floorl(x)) {
        errno = EDOM;
        return (x - x) / (x - x);
    }
    if (x > 1756) {
        errno = ERANGE;
        feraiseexcept(FE_OVERFLOW | FE_INEXACT);
        return INFINITY;
    }
    result = __newlib_tgammal(x);
    if (result == 0 || isinf(result))
        errno = ERANGE;
    return result;
}

/* What does not fit is the least number, as Linux's processors have it. */
long long llroundl(long double x)
{
    long double whole = roundl(x);

    if (whole >= -0x1p63L && whole < 0x1p63L)
        return (long long)whole;
    feraiseexcept(FE_INVALID);
    return LLONG_MIN;
}

long lroundl(long double x) { return llroundl(x); }
