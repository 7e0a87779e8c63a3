/* SPDX-License-Identifier: MIT */
/* Reads decimal numbers: up to 19 digits are an integer, which is multiplied by a power of ten. */
#include "read.h"
#include "power_of_ten.h"

enum { MOST_DIGITS = 19, LARGEST_POWER = 400 };

struct decimal {
    uint64_t integer;
    int exponent;
    bool negative;
};

/* Digits; those before the first that is not zero do not count. */
static const char *read_digits(const char *at, uint64_t *integer, int *count)
{
    for (; (unsigned)(*at - '0') < 10; at++) {
        *integer = *integer * 10 + (unsigned)(*at - '0');
        *count += *integer != 0;
    }
    return at;
}

/* What follows the e, if that is an exponent. */
static const char *read_exponent(const char *at, int *exponent)
{
    const char *digits = at + 1;
    bool negative = *digits == '-';
    int number = 0;

    if (*digits == '-' || *digits == '+')
        digits++;
    if ((unsigned)(*digits - '0') >= 10)
        return at;
    for (; (unsigned)(*digits - '0') < 10; digits++)
        if (number < 100000)
            number = number * 10 + (*digits - '0');
    *exponent += negative ? -number : number;
    return digits;
}

static bool read_decimal(const char *at, const char **end, struct decimal *number)
{
    const char *digits, *behind;
    int count = 0, places = 0;

    *number = (struct decimal){0, 0, false};
    while (*at == ' ' || (*at >= '\t' && *at <= '\r'))
        at++;
    if (*at == '-' || *at == '+')
        number->negative = *at++ == '-';
    digits = at;
    at = read_digits(at, &number->integer, &count);
    if (at == digits + 1 && *digits == '0' && (*at | 0x20) == 'x')
        return false;
    if (*at == '.') {
        behind = read_digits(at + 1, &number->integer, &count);
        places = (int)(behind - at - 1);
        if (!places && at == digits)
            return false;
        at = behind;
    } else if (at == digits) {
        return false;
    }
    if (count > MOST_DIGITS || at - digits > LARGEST_POWER)
        return false;
    if ((*at | 0x20) == 'e')
        at = read_exponent(at, &number->exponent);
    number->exponent -= places;
    *end = at;
    return true;
}

/* integer * 10^exponent; the integer is not zero. */
static bool round_to(struct decimal number, struct format format, uint64_t *bits)
{
    struct power_of_ten ten = power_of_ten(number.exponent);
    int shift = __builtin_clzll(number.integer), exponent = ten.exponent + 128 - shift;
    uint64_t m = number.integer << shift;
    unsigned __int128 low = (unsigned __int128)m * ten.low, product = (unsigned __int128)m * ten.high + (uint64_t)(low >> 64);
    uint64_t top, rest, half;

    if (product >> 127)
        exponent++;
    else
        product <<= 1;
    exponent += 62; /* of the highest bit */
    top = (uint64_t)(product >> 64);
    rest = top << format.bits;
    half = (uint64_t)1 << 63;
    /* The error is some units of the product's lowest bits, and carries into `rest` by no more than the last bit of `top`. */
    if (rest - (half - ((uint64_t)2 << format.bits)) <= (uint64_t)4 << format.bits)
        return false;
    if (exponent < 1 - format.top || exponent >= format.top)
        return false;
    /* A carry out of the significant bits raises the exponent, as it must. */
    *bits = (top >> (64 - format.bits)) + (rest > half) + ((uint64_t)(exponent + format.top - 1) << (format.bits - 1));
    return true;
}

bool read_quick(const char *text, const char **end, struct format format, uint64_t *bits, bool *negative)
{
    struct decimal number;
    const char *behind;

    if (__builtin_ia32_stmxcsr() >> 13 & 3 || !read_decimal(text, &behind, &number))
        return false;
    if (!number.integer)
        *bits = 0;
    else if (number.exponent < -LARGEST_POWER || number.exponent > LARGEST_POWER || !round_to(number, format, bits))
        return false;
    *negative = number.negative;
    *end = behind;
    return true;
}
