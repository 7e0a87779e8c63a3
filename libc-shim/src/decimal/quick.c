/* SPDX-License-Identifier: MIT */
/* The usual digits of a floating point number: it is multiplied by a power of ten so that the digits wanted become an
 * integer; what is left behind the point decides how that is rounded. */
#include "digits.h"
#include "power_of_ten.h"

enum { MOST_DIGITS = 18 };

static const uint64_t tens[] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000,
    1000000000000, 10000000000000, 100000000000000, 1000000000000000, 10000000000000000, 100000000000000000,
    1000000000000000000,
};

/* An integer, and what is behind its point: 64 bits, and whether anything is below them. */
struct scaled {
    uint64_t integer, fraction;
    bool more, exact;
};

/* v * 10^k, if that is below 2^63. */
static struct scaled scale(struct binary v, int k)
{
    struct power_of_ten ten = power_of_ten(k);
    unsigned __int128 low = (unsigned __int128)v.m * ten.low, high = (unsigned __int128)v.m * ten.high + (uint64_t)(low >> 64);
    int behind = -(v.e + ten.exponent) - 128; /* bits of the product's highest word that are behind the point */
    uint64_t top = (uint64_t)(high >> 64), middle = (uint64_t)high, bottom = (uint64_t)low;
    struct scaled result = {0, 0, true, k >= 0 && k <= POWER_OF_TEN_EXACT};

    if (behind < 64) {
        result.integer = top >> behind;
        result.fraction = top << (64 - behind) | middle >> behind;
        result.more = (middle << (64 - behind) | bottom) != 0;
    } else if (behind == 64) {
        result.fraction = top;
        result.more = (middle | bottom) != 0;
    } else { /* less than a half */
        result.exact = true;
    }
    return result;
}

/* Rounded to nearest, to even in the middle. False: cannot be told. */
static bool round_scaled(const struct scaled *number, uint64_t *rounded)
{
    const uint64_t half = (uint64_t)1 << 63;

    /* The power's error times the mantissa is less than two units of `fraction`. */
    if (!number->exact && number->fraction - (half - 2) <= 4)
        return false;
    *rounded = number->integer;
    if (number->fraction > half || (number->fraction == half && (number->more || number->integer & 1)))
        ++*rounded;
    return true;
}

static int count_digits(uint64_t number)
{
    int guess = (64 - __builtin_clzll(number | 1)) * 1233 >> 12;

    return guess + (number >= tens[guess]);
}

/* Writes `count` digits of a number of so many. */
static void write_digits(char *to, uint64_t number, int count)
{
    static const char pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
                                "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
                                "8081828384858687888990919293949596979899";

    for (; count >= 2; number /= 100) {
        count -= 2;
        __builtin_memcpy(to + count, pairs + number % 100 * 2, 2);
    }
    if (count)
        *to = (char)('0' + number);
}

/* floor(log10(v)), or one less. */
static int decimal_exponent(struct binary v) { return (int)((v.e + 63) * 1292913986l >> 32); }

bool digits_quick(struct binary v, struct wanted wanted, char *to, struct digits *digits)
{
    int exponent = decimal_exponent(v), count = wanted.count;
    int k = wanted.after_point ? count : count - 1 - exponent;
    struct scaled number;
    uint64_t rounded;

    if ((wanted.after_point ? exponent + 1 + (long)count : count) > MOST_DIGITS)
        return false;
    if (k < POWER_OF_TEN_LOWEST || k > POWER_OF_TEN_HIGHEST || __builtin_ia32_stmxcsr() >> 13 & 3)
        return false;
    number = scale(v, k);
    if (!wanted.after_point && number.integer >= tens[count])
        number = scale(v, --k);
    if (!round_scaled(&number, &rounded))
        return false;
    if (!rounded) {
        *digits = (struct digits){0, -k};
        return true;
    }
    digits->length = count_digits(rounded);
    digits->point = digits->length - k;
    write_digits(to, rounded, digits->length);
    while (to[digits->length - 1] == '0')
        digits->length--;
    return true;
}
