/* SPDX-License-Identifier: MIT */
/* All memory ordering of the wire stands in this file; nothing else under idl/wire names a memory order. */
#ifndef FUTURE_WIRE_BARRIER_H
#define FUTURE_WIRE_BARRIER_H

#include "types.h"

/*
 * The sleep protocols are Dekker's: each side stores its own word, then loads the other's. x86-64 lets a load pass
 * an older store, so the store must be a locked instruction (wire_exchange, wire_or, wire_and), and the load that
 * follows must not move before it (wire_load_ordered). `xchg` alone is as strong as store + mfence and half the price.
 */

/* Reads a word that the other side published; what was written before its publication is visible after. */
static inline uint64_t wire_load(const uint64_t *word) { return __atomic_load_n(word, __ATOMIC_ACQUIRE); }
static inline uint32_t wire_load32(const uint32_t *word) { return __atomic_load_n(word, __ATOMIC_ACQUIRE); }

/* The second look of a sleep protocol: not performed before this thread's preceding wire_exchange/or/and. */
static inline uint64_t wire_load_ordered(const uint64_t *word) { return __atomic_load_n(word, __ATOMIC_SEQ_CST); }
static inline uint32_t wire_load32_ordered(const uint32_t *word) { return __atomic_load_n(word, __ATOMIC_SEQ_CST); }

/* A word that orders nothing: clearing released lines, copying bodies. Never torn, so that TSan and the peer agree. */
static inline uint64_t wire_read(const uint64_t *word) { return __atomic_load_n(word, __ATOMIC_RELAXED); }
static inline void wire_write(uint64_t *word, uint64_t value) { __atomic_store_n(word, value, __ATOMIC_RELAXED); }

/* Publishes everything written before, without ordering what follows. */
static inline void wire_store(uint64_t *word, uint64_t value) { __atomic_store_n(word, value, __ATOMIC_RELEASE); }
static inline void wire_store32(uint32_t *word, uint32_t value) { __atomic_store_n(word, value, __ATOMIC_RELEASE); }

/* Publish and full barrier in one. */
static inline uint64_t wire_exchange(uint64_t *word, uint64_t value)
{
	return __atomic_exchange_n(word, value, __ATOMIC_SEQ_CST);
}
static inline uint32_t wire_exchange32(uint32_t *word, uint32_t value)
{
	return __atomic_exchange_n(word, value, __ATOMIC_SEQ_CST);
}
static inline uint64_t wire_or(uint64_t *word, uint64_t bits) { return __atomic_fetch_or(word, bits, __ATOMIC_SEQ_CST); }
static inline uint64_t wire_and(uint64_t *word, uint64_t bits)
{
	return __atomic_fetch_and(word, bits, __ATOMIC_SEQ_CST);
}

/* True: *word was `expected` and is now `desired`. */
static inline bool wire_compare_exchange(uint64_t *word, uint64_t expected, uint64_t desired)
{
	return __atomic_compare_exchange_n(word, &expected, desired, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}
static inline bool wire_compare_exchange32(uint32_t *word, uint32_t expected, uint32_t desired)
{
	return __atomic_compare_exchange_n(word, &expected, desired, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

/* This line is about to be written: fetches it for that while other work goes on. A hint; changes no ordering. */
static inline void wire_prefetch_to_write(const void *line) { __asm__ volatile("prefetchw %0" : : "m"(*(const char *)line)); }

/* One turn of a spin: gives the sibling hyperthread and the memory pipeline a rest. */
static inline void wire_pause(void) { __builtin_ia32_pause(); }

#endif
