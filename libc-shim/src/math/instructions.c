/* SPDX-License-Identifier: MIT
 * What a processor does in one instruction, or in a few without a branch that it guesses wrong. */
#include <errno.h>
#include <math.h>

#include "../string/vector.h"

double __ieee754_sqrt(double);
float __ieee754_sqrtf(float);

/* For newlib's own functions, which have looked at the sign. */
double __ieee754_sqrt(double x)
{
    return _mm_cvtsd_f64(_mm_sqrt_sd(_mm_setzero_pd(), _mm_set_sd(x)));
}

float __ieee754_sqrtf(float x)
{
    return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(x)));
}

double sqrt(double x)
{
    if (isless(x, 0))
        errno = EDOM;
    return __ieee754_sqrt(x);
}

float sqrtf(float x)
{
    if (isless(x, 0))
        errno = EDOM;
    return __ieee754_sqrtf(x);
}

long double sqrtl(long double x)
{
    if (isless(x, 0))
        errno = EDOM;
    __asm__("fsqrt" : "+t"(x));
    return x;
}

enum { QUIETLY = _MM_FROUND_CUR_DIRECTION | _MM_FROUND_NO_EXC };

__attribute__((target("sse4.1"))) static double quiet(double x)
{
    return _mm_cvtsd_f64(_mm_round_sd(_mm_set_sd(x), _mm_set_sd(x), QUIETLY));
}

__attribute__((target("sse4.1"))) static float quietf(float x)
{
    return _mm_cvtss_f32(_mm_round_ss(_mm_set_ss(x), _mm_set_ss(x), QUIETLY));
}

/* Above 2^52 (2^23) every number is whole, and infinities and NaN are not below it; the addition quiets what signals. */
#define WHOLE(type, suffix, integer, limit) \
    type trunc##suffix(type x) { return isless(fabs##suffix(x), limit) ? copysign##suffix((type)(integer)x, x) : x + 0; } \
    type floor##suffix(type x) \
    { \
        type whole = trunc##suffix(x); \
\
        return isgreater(whole, x) ? whole - 1 : whole; \
    } \
    type ceil##suffix(type x) \
    { \
        type whole = trunc##suffix(x); \
\
        return isless(whole, x) ? copysign##suffix(whole + 1, x) : whole; \
    } \
    type rint##suffix(type x) \
    { \
        type shift = copysign##suffix(limit, x); \
\
        return isless(fabs##suffix(x), limit) ? copysign##suffix((x + shift) - shift, x) : x + 0; \
    } \
    type nearbyint##suffix(type x) \
    { \
        unsigned before; \
        type whole; \
\
        if (future_vectors.rounding) \
            return quiet##suffix(x); \
        before = _mm_getcsr(); \
        whole = rint##suffix(x); \
        if (whole != x && !isnan(x)) \
            _mm_setcsr(before); /* rint says that it was inexact, nearbyint does not */ \
        return whole; \
    } \
    type round##suffix(type x) \
    { \
        type whole = trunc##suffix(x); \
\
        return isless(fabs##suffix(x), limit) && fabs##suffix(x - whole) >= (type)0.5 ? whole + copysign##suffix(1, x) : whole; \
    }

WHOLE(float, f, int, 0x1p23f)
WHOLE(double, , long, 0x1p52)

/* The processor's own returns the second where one is NaN, and says that it was invalid. */
#define EXTREMES(type, suffix, width, load, store) \
    type fmax##suffix(type x, type y) \
    { \
        return isunordered(x, y) ? (isnan(x) ? y : x) : store(_mm_max_##width(load(x), load(y))); \
    } \
    type fmin##suffix(type x, type y) \
    { \
        return isunordered(x, y) ? (isnan(x) ? y : x) : store(_mm_min_##width(load(x), load(y))); \
    }

EXTREMES(float, f, ss, _mm_set_ss, _mm_cvtss_f32)
EXTREMES(double, , sd, _mm_set_sd, _mm_cvtsd_f64)
