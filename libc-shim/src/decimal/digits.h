/* SPDX-License-Identifier: MIT */
/* The decimal digits of a binary number, rounded once: what printf, ecvt and their kin print. */
#ifndef FUTURE_DIGITS_H
#define FUTURE_DIGITS_H

#include <stdbool.h>
#include <stdint.h>

/* m * 2^e, m with its highest bit set; `negative` only decides which way a directed rounding goes. */
struct binary {
    uint64_t m;
    int e;
    bool negative;
};

/* Which digits are wanted: `count` in all, or, `after_point`, `count` behind the decimal point; less than none is allowed there. */
struct wanted {
    int count;
    bool after_point;
};

/* Digits without zeros at the end, the decimal point behind the first `point` of them (which may be negative). */
struct digits {
    int length, point;
};

enum { DIGITS_QUICK = 20, DIGITS_EXACT_SPARE = 40 };

/*
 * The usual case, by one multiplication: up to 18 digits, rounded to nearest. Writes at most DIGITS_QUICK characters.
 * False: not the usual case, or so near to the middle of two results that only exact arithmetic can tell.
 */
bool digits_quick(struct binary, struct wanted, char *to, struct digits *);

/* How many characters digits_exact may write. */
long digits_exact_room(struct binary, struct wanted);

/* Every case, by exact arithmetic, in the rounding direction of the moment. */
struct digits digits_exact(struct binary, struct wanted, char *to);

#endif
