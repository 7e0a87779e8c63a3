/* SPDX-License-Identifier: MIT
 * strtod and strtof, each rounded once and by the rounding direction of the moment, with ERANGE as Linux's C library has it.
 *
 * newlib's strtof rounds strtod's result again, and its strtod gives no ERANGE for hexadecimal numbers. Both are made here
 * of what newlib's strtold is made of: _strtodg_l, which gives the digits as an integer of so many bits and an exponent.
 * It takes a microsecond and the lock of malloc; the usual numbers are read by decimal/read.c. */
#include <errno.h>
#include <locale.h>
#include <reent.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "decimal/read.h"
#include "strtodg.h"

double _strtod_l(struct _reent *, const char *, char **, locale_t);
double _strtod_r(struct _reent *, const char *, char **);

/* The number at the start of `text` as an IEEE number of `nbits` significant bits and the largest exponent `top`, without its
 * sign bit: that is `*negative`. */
static uint64_t parse_exactly(struct _reent *reent, const char *text, char **end, int nbits, int top, bool *negative,
                              locale_t locale)
{
    struct FPI form = {nbits, 2 - top - nbits, top - nbits + 1, 1, 0};
    int before = errno, exponent = 0;
    unsigned words[2] = {0, 0};
    uint64_t bits, infinite = (uint64_t)(2 * top + 1) << (nbits - 1);
    int got = _strtodg_l(reent, text, end, &form, &exponent, words, locale);

    *negative = (got & NEGATIVE) != 0;
    errno = (got & (UNDERFLOW | OVERFLOW)) || ((got & KIND) == KIND_DENORMAL && (got & INEXACT)) ? ERANGE : before;
    bits = words[0] | (nbits > 32 ? (uint64_t)words[1] << 32 : 0);
    switch (got & KIND) {
    case KIND_NORMAL:
        bits = bits - ((uint64_t)1 << (nbits - 1)) + ((uint64_t)(exponent + top + nbits - 1) << (nbits - 1));
        return redirect(bits, got, *negative, infinite);
    case KIND_DENORMAL:
        return redirect(bits, got, *negative, infinite);
    case KIND_INFINITE:
        return redirect(infinite, got, *negative, infinite);
    case KIND_NAN:
    case KIND_NAN_BITS:
        return infinite | (uint64_t)1 << (nbits - 2) | (bits & (((uint64_t)1 << (nbits - 2)) - 1));
    case KIND_NO_MEMORY:
        errno = ENOMEM;
        return 0;
    case KIND_NO_NUMBER:
        *negative = false;
        return 0;
    default:
        return redirect(0, got, *negative, infinite);
    }
}

static uint64_t parse(struct _reent *reent, const char *text, char **end, int nbits, int top, bool *negative, locale_t locale)
{
    const char *behind;
    uint64_t bits;

    /* No locale here has another decimal point. */
    if (!read_quick(text, &behind, (struct format){nbits, top}, &bits, negative))
        return parse_exactly(reent, text, end, nbits, top, negative, locale);
    if (end)
        *end = (char *)behind;
    return bits;
}

double _strtod_l(struct _reent *reent, const char *text, char **end, locale_t locale)
{
    bool negative;
    uint64_t bits = parse(reent, text, end, 53, 1023, &negative, locale);
    double number;

    bits |= (uint64_t)negative << 63;
    memcpy(&number, &bits, sizeof number);
    return number;
}

double _strtod_r(struct _reent *reent, const char *text, char **end)
{
    return _strtod_l(reent, text, end, locale_now());
}

double strtod_l(const char *text, char **end, locale_t locale)
{
    return _strtod_l(_REENT, text, end, locale);
}

double strtod(const char *text, char **end)
{
    return _strtod_l(_REENT, text, end, locale_now());
}

float strtof_l(const char *text, char **end, locale_t locale)
{
    bool negative;
    uint32_t bits = (uint32_t)parse(_REENT, text, end, 24, 127, &negative, locale);
    float number;

    bits |= (uint32_t)negative << 31;
    memcpy(&number, &bits, sizeof number);
    return number;
}

float strtof(const char *text, char **end)
{
    return strtof_l(text, end, locale_now());
}
