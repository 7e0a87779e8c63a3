/* SPDX-License-Identifier: MIT */
/* What the wire headers use of Linux's <linux/types.h>, with the kernel's own underlying types (u64 is a long long). */
#ifndef FUTURE_TEST_LINUX_TYPES_H
#define FUTURE_TEST_LINUX_TYPES_H

typedef _Bool bool;
enum { false = 0, true = 1 };
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef unsigned long long uint64_t;
typedef signed char int8_t;
typedef short int16_t;
#ifdef FUTURE_TEST_BREAK_KERNEL
typedef short int32_t; /* the self-test: a listing that must differ */
#else
typedef int int32_t;
#endif
typedef long long int64_t;
typedef unsigned long size_t;
#define offsetof(type, member) __builtin_offsetof(type, member)
#define NULL ((void *)0)

#endif
