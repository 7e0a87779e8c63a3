/* SPDX-License-Identifier: MIT */
/*
 * A program begins with its x87 and vector registers as after reset: what the kernel or another program last computed is
 * no business of it. Both ports restore this area (Intel SDM vol. 1, 10.5 and 13.4): its header says that all components
 * are in their initial state; FXRSTOR, where there is no XSAVE, takes the legacy part itself.
 */
#ifndef FUTURE_ABI_VECTORS_H
#define FUTURE_ABI_VECTORS_H

#include "../../idl/wire/types.h"

struct future_vector_area {
	uint16_t fcw, fsw;
	uint32_t reserved[5];
	uint32_t mxcsr, mxcsr_mask;
	uint8_t registers[512 - 32];
	uint64_t header[8];
} __attribute__((aligned(64)));

#define FUTURE_FRESH_VECTORS {0x37f, 0, {0}, 0x1f80, 0, {0}, {0}}

#endif
