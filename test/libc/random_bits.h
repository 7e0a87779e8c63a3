/* SPDX-License-Identifier: MIT */
/* The same sequence on either side (Marsaglia's xorshift64). */
#include <stdint.h>

static uint64_t state = 88172645463325252u;

static uint64_t random_bits(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}
