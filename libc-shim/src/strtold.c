/* SPDX-License-Identifier: MIT */
/* strtold: rounded once and by the rounding direction of the moment, where newlib's goes wrong in the directed ones. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "strtodg.h"

long double strtold_l(const char *, char **, locale_t);
long double _strtold_r(struct _reent *, const char *, char **);

enum { MANTISSA = 64, TOP = 16383 };

#define INFINITE ((unsigned __int128)0x7fff << (MANTISSA - 1))

/* `bits` without the leading one, as redirect has them: x87's own form has it in full. */
static long double from_bits(unsigned __int128 bits, bool negative)
{
    uint16_t exponent = (uint16_t)(bits >> (MANTISSA - 1));
    uint64_t mantissa = (uint64_t)bits & (((uint64_t)1 << (MANTISSA - 1)) - 1);
    long double number = 0;

    mantissa |= (uint64_t)(exponent != 0) << (MANTISSA - 1);
    exponent |= (uint16_t)(negative << 15);
    memcpy(&number, &mantissa, sizeof mantissa);
    memcpy((char *)&number + sizeof mantissa, &exponent, sizeof exponent);
    return number;
}

static long double parse(struct _reent *reent, const char *text, char **end, locale_t locale)
{
    struct FPI form = {MANTISSA, 2 - TOP - MANTISSA, TOP - MANTISSA + 1, 1, 0};
    int before = errno, exponent = 0;
    unsigned words[2] = {0, 0};
    int got = _strtodg_l(reent, text, end, &form, &exponent, words, locale);
    bool negative = (got & NEGATIVE) != 0;
    uint64_t digits = words[0] | (uint64_t)words[1] << 32, fraction = digits & (((uint64_t)1 << (MANTISSA - 1)) - 1);
    unsigned __int128 bits = 0;

    errno = (got & (UNDERFLOW | OVERFLOW)) || ((got & KIND) == KIND_DENORMAL && (got & INEXACT)) ? ERANGE : before;
    switch (got & KIND) {
    case KIND_NORMAL:
        bits = fraction | (unsigned __int128)(exponent + TOP + MANTISSA - 1) << (MANTISSA - 1);
        break;
    case KIND_DENORMAL:
        bits = digits;
        break;
    case KIND_INFINITE:
        bits = INFINITE;
        break;
    case KIND_NAN:
    case KIND_NAN_BITS:
        return from_bits(INFINITE | (uint64_t)1 << (MANTISSA - 2) | (fraction & (((uint64_t)1 << (MANTISSA - 2)) - 1)), negative);
    case KIND_NO_MEMORY:
        errno = ENOMEM;
        return 0;
    case KIND_NO_NUMBER:
        return 0;
    default:
        break;
    }
    return from_bits(redirect(bits, got, negative, INFINITE), negative);
}

long double strtold_l(const char *text, char **end, locale_t locale) { return parse(_REENT, text, end, locale); }
long double strtold(const char *text, char **end) { return parse(_REENT, text, end, locale_now()); }
long double _strtold_r(struct _reent *reent, const char *text, char **end) { return parse(reent, text, end, locale_now()); }
