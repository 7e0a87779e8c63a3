/* SPDX-License-Identifier: MIT */
/* Fixed-width types and static assertions in the three languages that share the wire: C11, kernel C, freestanding C++20. */
#ifndef FUTURE_WIRE_TYPES_H
#define FUTURE_WIRE_TYPES_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#endif

#ifdef __cplusplus
#define WIRE_ASSERT(condition) static_assert(condition, #condition)
#else
#define WIRE_ASSERT(condition) _Static_assert(condition, #condition)
#endif

#define WIRE_ALIGNED(bytes) __attribute__((aligned(bytes)))

#endif
