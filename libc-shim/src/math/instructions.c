/* SPDX-License-Identifier: MIT
 * What a processor does in one instruction, or in a few without a branch that it guesses wrong. */
#include <errno.h>
#include <emmintrin.h>
#include <math.h>

double sqrt(double x)
{
    if (isless(x, 0))
        errno = EDOM;
    return _mm_cvtsd_f64(_mm_sqrt_sd(_mm_setzero_pd(), _mm_set_sd(x)));
}

float sqrtf(float x)
{
    if (isless(x, 0))
        errno = EDOM;
    return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(x)));
}

long double sqrtl(long double x)
{
    if (isless(x, 0))
        errno = EDOM;
    __asm__("fsqrt" : "+t"(x));
    return x;
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
        unsigned before = _mm_getcsr(); \
        type whole = rint##suffix(x); \
\
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
