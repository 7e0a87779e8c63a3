/* SPDX-License-Identifier: MIT */
/* newlib's exact reader of decimal and hexadecimal numbers, and what strtod and strtold make of its rounding. */
#ifndef FUTURE_STRTODG_H
#define FUTURE_STRTODG_H

#include <errno.h>
#include <locale.h>
#include <reent.h>
#include <stdbool.h>

/* newlib's gdtoa.h, which is not installed. */
struct FPI {
    int nbits, emin, emax, rounding, sudden_underflow;
};

enum {
    KIND = 0xf,
    KIND_NORMAL = 1,
    KIND_DENORMAL = 2,
    KIND_INFINITE = 3,
    KIND_NAN = 4,
    KIND_NAN_BITS = 5,
    KIND_NO_NUMBER = 6,
    KIND_NO_MEMORY = 7,
    INEXACT_LOW = 0x10,
    INEXACT_HIGH = 0x20,
    INEXACT = 0x30,
    UNDERFLOW = 0x40,
    OVERFLOW = 0x80,
    NEGATIVE = 0x100,
};

int _strtodg_l(struct _reent *, const char *, char **, struct FPI *, int *exponent, unsigned *bits, locale_t);

extern struct __locale_t __global_locale;

static inline locale_t locale_now(void)
{
    locale_t own = uselocale(NULL);

    return own == LC_GLOBAL_LOCALE ? &__global_locale : own;
}

enum { NEAREST, DOWN, UP, TOWARD_ZERO }; /* as MXCSR has them */

/*
 * newlib's digits go wrong in the other directions. So it rounds to the nearest, and says to which side that was. `bits` is the
 * number as IEEE has it, without its sign and a leading one that is only implied, so that one more is the next number.
 */
static inline unsigned __int128 redirect(unsigned __int128 bits, int got, bool negative, unsigned __int128 infinite)
{
    unsigned direction = __builtin_ia32_stmxcsr() >> 13 & 3;
    bool away = direction == (negative ? DOWN : UP), low = (got & INEXACT_LOW) || (bits == 0 && (got & UNDERFLOW));

    if (direction == NEAREST)
        return bits;
    if (away && low && ++bits == infinite)
        errno = ERANGE;
    if (!away && (got & INEXACT_HIGH))
        bits--;
    return bits;
}

#endif
