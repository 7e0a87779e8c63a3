/* SPDX-License-Identifier: MIT */
/* The x87 and vector registers as XSAVE has them, for programs without a C library. */
#ifndef GUEST_VECTORS_H
#define GUEST_VECTORS_H

#include <stdint.h>

enum { COMPONENTS = 0xe7 }; /* of XCR0: x87, SSE, AVX, AVX-512 */

struct vectors {
	uint16_t control, status;
	uint8_t tags, reserved;
	uint16_t opcode;
	uint64_t instruction, data;
	uint32_t mxcsr, mxcsr_mask;
	uint64_t registers[(512 - 32) / 8];
	uint64_t present, compacted, header[6];
	uint64_t upper[(4096 - 576) / 8]; /* halves of ymm, and what zmm and k registers there are */
} __attribute__((aligned(64)));

static inline void vectors_cpuid(uint32_t leaf, uint32_t sub, uint32_t to[4])
{
	__asm__ volatile("cpuid" : "=a"(to[0]), "=b"(to[1]), "=c"(to[2]), "=d"(to[3]) : "a"(leaf), "c"(sub));
}

/* XCR0's components of those; 0: it has no XSAVE. */
static inline uint32_t vectors_present(void)
{
	uint32_t id[4], a, d;

	vectors_cpuid(1, 0, id);
	if (!(id[2] >> 27 & 1))
		return 0;
	__asm__ volatile("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
	return a & COMPONENTS;
}

static inline void vectors_save(struct vectors *to)
{
	uint32_t present = vectors_present();

	if (present)
		__asm__ volatile("xsave64 %0" : "+m"(*to) : "a"(present), "d"(0));
	else
		__asm__ volatile("fxsave64 %0" : "=m"(*to));
}

static inline void vectors_restore(const struct vectors *from)
{
	uint32_t present = vectors_present();

	if (present)
		__asm__ volatile("xrstor64 %0" : : "m"(*from), "a"(present), "d"(0));
	else
		__asm__ volatile("fxrstor64 %0" : : "m"(*from));
}

#endif
