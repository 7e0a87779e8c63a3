/* SPDX-License-Identifier: MIT
 * x * y + z, rounded once: the processor's instruction where it has one, else in the next wider type. newlib's rounded twice. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "../string/vector.h"

#define FMA __attribute__((target("fma")))

FMA static double fused(double x, double y, double z)
{
    return _mm_cvtsd_f64(_mm_fmadd_sd(_mm_set_sd(x), _mm_set_sd(y), _mm_set_sd(z)));
}

FMA static float fused_f(float x, float y, float z)
{
    return _mm_cvtss_f32(_mm_fmadd_ss(_mm_set_ss(x), _mm_set_ss(y), _mm_set_ss(z)));
}

enum { INEXACT = 0x20, FLAGS = 0x3f, MASKS = 0x1f80, TOWARD_ZERO = 0x6000 };

/* The wider type holds the product whole. Its sum is cut off, and its last bit says whether anything was: rounding that to the
 * narrow type is rounding the exact sum. */
#define WIDER(type, suffix, wide_type, low_type) \
    static type wider##suffix(type x, type y, type z) \
    { \
        wide_type product = (wide_type)x * y, sum; \
        unsigned before = _mm_getcsr(); \
        low_type low; \
\
        if (!isfinite(x) || !isfinite(y)) \
            return x * y + z; \
        if (!isfinite(z)) \
            return z + x; \
        _mm_setcsr((before & ~FLAGS) | MASKS | TOWARD_ZERO); \
        __asm__ volatile("" : "+x"(product)); /* the compiler knows nothing of this register: the sum stays between */ \
        sum = product + z; \
        __asm__ volatile("" : "+x"(sum)); \
        if (_mm_getcsr() & INEXACT) { \
            memcpy(&low, &sum, sizeof low); \
            low |= 1; \
            memcpy(&sum, &low, sizeof low); \
        } \
        _mm_setcsr(before); \
        if (sum == 0) /* whose sign goes by the direction of rounding */ \
            return (type)product + z; \
        return (type)sum; \
    }
WIDER(float, _f, double, uint64_t)
WIDER(double, , __float128, uint64_t)

float fmaf(float x, float y, float z) { return future_vectors.fma ? fused_f(x, y, z) : wider_f(x, y, z); }
double fma(double x, double y, double z) { return future_vectors.fma ? fused(x, y, z) : wider(x, y, z); }
