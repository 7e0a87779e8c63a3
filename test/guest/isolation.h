/* SPDX-License-Identifier: MIT */
/* How isolation_*.c declare what they try: isolation.c finds all of it in one section. */
#ifndef GUEST_ISOLATION_H
#define GUEST_ISOLATION_H

#include <stdint.h>

#include "futurek/abi/native.h"
#include "futurek/abi/start_block.h"
#include "futurek/arch/x86_64/layout.h"

struct attempt {
	const char *name;
	const char *ends; /* as a shell shows it, or several with commas: 139 SIGSEGV, 132 SIGILL, 133 SIGTRAP, 0 no harm */
	void (*run)(void);
};

/* ATTEMPT(name, ends, statements…). The alignment is what keeps the section a plain array. */
#define ATTEMPT(name, ends, ...) \
	static void try_##name(void) { __VA_ARGS__; } \
	__attribute__((section("attempts"), used, aligned(8))) static const struct attempt attempt_##name = {#name, ends, try_##name}

extern const struct future_start_block *future_start;

static inline long kernel(enum future_syscall number, uint64_t a, uint64_t b, uint64_t c)
{
	return future_start->entry->call[number](a, b, c);
}

static inline uint64_t arena_end(void) { return future_start->arena_base + future_start->arena_bytes; }

#endif
