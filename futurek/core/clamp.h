/* SPDX-License-Identifier: MIT */
/* For numbers that a program supplies: what a check refused is not used by a processor that ran ahead of the check either. */
#ifndef FUTUREK_CORE_CLAMP_H
#define FUTUREK_CORE_CLAMP_H

#include <stdint.h>

/*
 * `index` where index < count, else 0; without a branch, so a processor that guesses how a check ends does not get
 * round it (Spectre v1). It is no check: who calls it has refused index >= count. 0 must be a place that may be looked at.
 * `count` is at most 2^63.
 */
static inline uint64_t clamp_index(uint64_t index, uint64_t count)
{
	/* The compiler must not know what the check before has told it, or the mask is always ones to it. */
	__asm__("" : "+r"(index));
	/* The highest bit is set if index has it, or is above count - 1: right shifts of the negative copy it to all. */
	return index & (uint64_t)(~(int64_t)(index | (count - 1 - index)) >> 63);
}

#endif
