/* SPDX-License-Identifier: MIT
 * The next number in a direction, of all three types: by one step of the bits, which follow each other as numbers do. newlib's
 * nexttoward went the wrong way from the smallest numbers, and none of them set errno. */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* One step raises what a result without its usual precision, or infinity, raises. */
#define NEXT(type, suffix, bits_type, tiny) \
    static type step##suffix(type x, int up) \
    { \
        bits_type bits; \
        type result; \
\
        memcpy(&bits, &x, sizeof bits); \
        bits += (x > 0) == up ? 1 : (bits_type)-1; \
        memcpy(&result, &bits, sizeof result); \
        if (isinf(result) || fpclassify(result) == FP_SUBNORMAL || result == 0) { \
            volatile type raise = isinf(result) ? x * 2 : tiny * tiny; \
\
            (void)raise; \
            errno = ERANGE; \
        } \
        return result; \
    } \
    static type next##suffix(type x, long double y) \
    { \
        if (isnan(x) || isnan(y)) \
            return x + (type)y; \
        if (x == y) \
            return (type)y; \
        if (x == 0) { \
            volatile type raise = tiny * tiny; \
            bits_type least = 1; \
\
            (void)raise; \
            memcpy(&x, &least, sizeof x); \
            return y > 0 ? x : -x; \
        } \
        return step##suffix(x, y > x); \
    }

NEXT(float, f, uint32_t, 0x1p-126f)
NEXT(double, , uint64_t, 0x1p-1022)

float nextafterf(float x, float y) { return isnan(y) ? x + y : nextf(x, y); }
double nextafter(double x, double y) { return isnan(y) ? x + y : next(x, y); }
float nexttowardf(float x, long double y) { return nextf(x, y); }
double nexttoward(double x, long double y) { return next(x, y); }

/* Its leading one is written out, so a step past it is two. */
static long double step_long(long double x, int up)
{
    struct {
        uint64_t fraction;
        uint16_t exponent;
    } bits;
    const uint64_t one = (uint64_t)1 << 63;
    int away = (x > 0) == up;

    memcpy(&bits, &x, 10);
    bits.fraction += away ? 1 : -1;
    if (away && bits.fraction == 0) {
        bits.fraction = one;
        bits.exponent++;
    } else if (away && bits.fraction == one && !(bits.exponent & 0x7fff)) {
        bits.exponent++;
    } else if (!away && bits.fraction == one - 1 && bits.exponent & 0x7fff) {
        bits.exponent--;
        if (bits.exponent & 0x7fff)
            bits.fraction |= one;
    }
    memcpy(&x, &bits, 10);
    return x;
}

long double nextafterl(long double x, long double y)
{
    volatile long double raise;
    long double result;

    if (isnan(x) || isnan(y))
        return x + y;
    if (x == y)
        return y;
    if (x == 0)
        result = y > 0 ? 0x1p-16445L : -0x1p-16445L;
    else
        result = step_long(x, y > x);
    if (isinf(result) || fabsl(result) < 0x1p-16382L) {
        raise = isinf(result) ? x * 2 : 0x1p-16382L * 0x1p-16382L;
        (void)raise;
        if (x != 0) /* as Linux has it */
            errno = ERANGE;
    }
    return result;
}

long double nexttowardl(long double x, long double y) { return nextafterl(x, y); }
