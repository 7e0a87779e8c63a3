/* SPDX-License-Identifier: MIT */
/* The usual decimal numbers, read by one multiplication. */
#ifndef FUTURE_DECIMAL_READ_H
#define FUTURE_DECIMAL_READ_H

#include <stdbool.h>
#include <stdint.h>

/* An IEEE format: significant bits with the leading one, and the largest exponent. */
struct format {
    int bits, top;
};

/*
 * The number at the start of `text` (after white space, with a sign), as the bits of an IEEE number without its sign, rounded to
 * nearest. False: it is none of the usual ones, and nothing was stored: more than 19 digits, hexadecimal, not a number,
 * not normal, a directed rounding, or so near to the middle between two numbers that only exact arithmetic can tell.
 */
bool read_quick(const char *text, const char **end, struct format, uint64_t *bits, bool *negative);

#endif
