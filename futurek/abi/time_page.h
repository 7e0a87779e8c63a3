/* SPDX-License-Identifier: MIT */
/* The time page: clocks without a call, neither into the kernel nor to Linux. */
#ifndef FUTURE_ABI_TIME_PAGE_H
#define FUTURE_ABI_TIME_PAGE_H

#include "../../idl/wire/barrier.h"

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
};

struct future_time {
	uint64_t monotonic_ns;
	uint64_t realtime_ns;
};

static inline uint64_t future_tsc(void)
{
	/* lfence: not performed before earlier loads, so a clock never runs backwards across a wake-up (Intel SDM vol. 3, 18.17). */
	uint32_t low, high;

	__asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high)::"memory");
	return low | (uint64_t)high << 32;
}

static inline struct future_time future_time_read(const struct future_time_page *page)
{
	struct future_time time;
	uint64_t sequence, elapsed;

	do {
		while ((sequence = wire_load(&page->sequence)) & 1)
			wire_pause();
		elapsed = future_tsc() - wire_read(&page->tsc_base);
		elapsed = (uint64_t)((unsigned __int128)elapsed * wire_read(&page->multiplier) >> 32);
		time.monotonic_ns = wire_read(&page->monotonic_ns) + elapsed;
		time.realtime_ns = wire_read(&page->realtime_ns) + elapsed;
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
	} while (wire_read(&page->sequence) != sequence);
	return time;
}

#endif
