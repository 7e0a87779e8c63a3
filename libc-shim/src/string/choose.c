/* SPDX-License-Identifier: MIT */
/* Which vectors the processor has and the system keeps. */
#include <cpuid.h>

#include "choose.h"
#include "vector.h"

struct future_vectors future_vectors;

static bool system_keeps_avx(void)
{
    uint32_t low, high;

    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (low & 6) == 6;
}

void future_choose_vectors(void)
{
    unsigned a, b, c, d;
    bool avx;

    if (!__get_cpuid(1, &a, &b, &c, &d))
        return;
    future_vectors.rounding = c & bit_SSE4_1;
    avx = (c & bit_OSXSAVE) && (c & bit_AVX) && system_keeps_avx();
    future_vectors.fma = avx && (c & bit_FMA);
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d))
        return;
    future_vectors.avx2 = avx && (b & bit_AVX2);
    future_vectors.fast_strings = b & (1 << 9);
}
