/* SPDX-License-Identifier: MIT */
/* The scheduler as ordinary code: pthreads play the cores, a test or benchmark plays Linux. */
#ifndef MULTH_LINUX_PORT_H
#define MULTH_LINUX_PORT_H

#include <stdint.h>

#include "idl/wire/channel.h"

#ifdef __cplusplus
extern "C" {
#endif

struct multh_linux_machine {
	uint32_t cores;
	uint32_t max_threads;
	uint32_t ring_lines;
	uint32_t spin_limit;
	struct wire_channel *channel;            /* initialised; the fake proxy serves it */
	void (*ring_linux)(void *context);
	void *context;
	uint64_t fake_clock_ns;                  /* 0: the real clock; else the clock stands at it until advanced */
};

/*
 * Runs main_fn on a MULiTh main thread over `cores` virtual cores; returns its status once it returned or
 * multh_exit_process was called, and all cores have stopped. 128 + 6 after a fatal error of MULiTh's.
 */
int multh_linux_run(const struct multh_linux_machine *machine, int (*main_fn)(void *argument), void *argument);

/* The fake proxy rings a core. */
void multh_linux_ring_core(uint32_t core);

void multh_linux_advance_clock(uint64_t ns);

/* What the last run logged. */
const char *multh_linux_log(void);

#ifdef __cplusplus
}
#endif
#endif
