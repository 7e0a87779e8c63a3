/* SPDX-License-Identifier: MIT */
/* The time page: clocks without a call, neither into the kernel nor to Linux. */
#ifndef FUTURE_ABI_TIME_PAGE_H
#define FUTURE_ABI_TIME_PAGE_H

#include "../../idl/wire/barrier.h"

enum future_clock { FUTURE_CLOCK_MONOTONIC = 0, FUTURE_CLOCK_REALTIME = 1 };

typedef uint64_t (*future_clock_function)(uint64_t clock); /* enum future_clock → ns */

/*
 * Written by the machine (hosted) or the module (native) every second or so, read by programs; a seqlock: an odd
 * `sequence` means it is being written. ns = base + ((tsc - tsc_base) * multiplier >> 32).
 */
struct future_time_page {
	uint64_t sequence;
	uint64_t tsc_base;
	uint64_t multiplier;    /* ns per TSC tick, 32.32 fixed point */
	uint64_t monotonic_ns;  /* CLOCK_MONOTONIC of Linux at tsc_base */
	uint64_t realtime_ns;   /* CLOCK_REALTIME of Linux at tsc_base */
	/*
	 * Where the TSC is no clock (it stops, changes its pace, or differs between CPUs), the machine answers: it asks Linux's
	 * vDSO. A function of the entry table's kind, constant from boot on; NULL: read the TSC. Hosted machines only.
	 */
	future_clock_function ask;
};

static inline uint64_t future_tsc(void)
{
	/* lfence: not performed before earlier loads, so a clock never runs backwards across a wake-up (Intel SDM vol. 3, 18.17). */
	uint32_t low, high;

	__asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high)::"memory");
	return low | (uint64_t)high << 32;
}

/* Where `ask` is NULL; for who must not call through memory, as the native kernel. */
static inline uint64_t future_clock_by_tsc(const struct future_time_page *page, enum future_clock clock)
{
	uint64_t sequence, elapsed, base;

	do {
		while ((sequence = wire_load(&page->sequence)) & 1)
			wire_pause();
		elapsed = future_tsc() - wire_read(&page->tsc_base);
		elapsed = (uint64_t)((unsigned __int128)elapsed * wire_read(&page->multiplier) >> 32);
		base = wire_read(clock == FUTURE_CLOCK_REALTIME ? &page->realtime_ns : &page->monotonic_ns);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
	} while (wire_read(&page->sequence) != sequence);
	return base + elapsed;
}

/* In ns. Monotonic over all cores. Safe on any core, at any time. */
static inline uint64_t future_clock_read(const struct future_time_page *page, enum future_clock clock)
{
	return page->ask ? page->ask(clock) : future_clock_by_tsc(page, clock);
}

#endif
