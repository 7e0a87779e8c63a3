/* SPDX-License-Identifier: MIT */
/* Powers of ten as binary numbers of 128 bits, for printing and reading floating point numbers. */
#ifndef FUTURE_POWER_OF_TEN_H
#define FUTURE_POWER_OF_TEN_H

#include <stdint.h>

/*
 * (high * 2^64 + low) * 2^exponent, the highest bit of `high` set. Never more than the true power; less by at most
 * POWER_OF_TEN_ERROR units of the lowest bit, and by nothing for 0 <= k <= POWER_OF_TEN_EXACT.
 */
struct power_of_ten {
    uint64_t high, low;
    int exponent;
};

enum { POWER_OF_TEN_ERROR = 8, POWER_OF_TEN_EXACT = 55, POWER_OF_TEN_LOWEST = -5184, POWER_OF_TEN_HIGHEST = 5615 };

/* 10^k, POWER_OF_TEN_LOWEST <= k <= POWER_OF_TEN_HIGHEST. */
struct power_of_ten power_of_ten(int k);

#endif
