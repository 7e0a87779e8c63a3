/* SPDX-License-Identifier: MIT
 * newlib's conversions to digits, for which it has a multi-precision library of its own: _dtoa_r, _ldtoa_r, _ldcheck.
 *
 * Of their modes, those that newlib uses are here: 2, so many digits, and 3, so many behind the point. The digits lie in
 * the thread's struct _reent until its next conversion, with room for as many zeros as were asked for. */
#include <reent.h>
#include <stdlib.h>
#include <string.h>

#include "digits.h"

enum {
    BEHIND_POINT = 3,
    NO_NUMBER = 9999,
    EXPONENT_BIAS = 16383 + 63,
    SMALLEST_ROOM = 5, /* 2^5 words of 4 bytes, enough for all of digits_quick */
};

struct _Bigint *_Balloc(struct _reent *, int k);
void _Bfree(struct _reent *, struct _Bigint *);

struct long_double {
    uint64_t m;
    uint16_t exponent; /* and the sign */
};

static struct long_double parts_of(long double number)
{
    struct long_double parts;

    memcpy(&parts, &number, 10);
    return parts;
}

/* newlib keeps it between two conversions, and frees it with the thread: a block for 2^k words. */
static char *room(struct _reent *reent, long length)
{
    struct _Bigint *block = _REENT_MP_RESULT(reent);
    int k = SMALLEST_ROOM;

    while ((4l << k) < length)
        k++;
    if (!block || block->_k < k) {
        if (block)
            _Bfree(reent, block);
        block = _REENT_MP_RESULT(reent) = _Balloc(reent, k);
    }
    return block ? (char *)block->_x : NULL;
}

static char *finish(char *text, int length, int point, int *decpt, char **end)
{
    *decpt = point;
    text[length] = 0;
    if (end)
        *end = text + length;
    return text;
}

/* A text that is no number, or is zero. */
static char *finish_constant(char *text, const char *constant, int point, int *decpt, char **end)
{
    return text ? finish(strcpy(text, constant), (int)strlen(constant), point, decpt, end) : NULL;
}

/* NULL: no memory. */
char *_ldtoa_r(struct _reent *reent, long double number, int mode, int count, int *decpt, int *sign, char **end)
{
    struct long_double parts = parts_of(number);
    int exponent = parts.exponent & 0x7fff;
    struct wanted wanted = {mode == BEHIND_POINT || count > 0 ? count : 1, mode == BEHIND_POINT};
    long zeros = (wanted.count > 0 ? wanted.count : 0) + 2l;
    struct digits digits;
    struct binary v;
    char *text;

    *sign = parts.exponent >> 15;
    if (exponent == 0x7fff)
        return finish_constant(room(reent, zeros), parts.m << 1 ? "NaN" : "Infinity", NO_NUMBER, decpt, end);
    if (!parts.m)
        return finish_constant(room(reent, zeros), "0", 1, decpt, end);
    v.e = (exponent ? exponent : 1) - EXPONENT_BIAS - __builtin_clzll(parts.m);
    v.m = parts.m << __builtin_clzll(parts.m);
    v.negative = *sign;
    if (wanted.after_point && v.e > -64)
        zeros += v.e * 1233l / 4096 + 21;
    text = room(reent, zeros);
    if (text && !digits_quick(v, wanted, text, &digits)) {
        long length = digits_exact_room(v, wanted);

        text = room(reent, length < zeros ? zeros : length);
        if (text)
            digits = digits_exact(v, wanted, text);
    }
    return text ? finish(text, digits.length, digits.point, decpt, end) : NULL;
}

char *_dtoa_r(struct _reent *reent, double number, int mode, int count, int *decpt, int *sign, char **end)
{
    return _ldtoa_r(reent, number, mode, count, decpt, sign, end);
}

/* 0: a finite number, 1: not a number, 2: infinite. */
int _ldcheck(long double *number)
{
    struct long_double parts = parts_of(*number);

    return (parts.exponent & 0x7fff) != 0x7fff ? 0 : parts.m << 1 ? 1 : 2;
}
