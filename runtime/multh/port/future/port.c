/* SPDX-License-Identifier: MIT */
/* The virtual core on Future: the kernel's entry table and the time page. */
#include "futurek/abi/time_page.h"

#include "entry.h"
#include "scheduler.h"

const struct future_start_block *multh_future_block;

void multh_port_sleep(uint32_t core, uint64_t deadline_ns)
{
	(void)core;
	multh_enter(FUTURE_SYS_SLEEP, deadline_ns, 0, 0);
}

void multh_port_wake(uint32_t core) { multh_enter(FUTURE_SYS_WAKE, core, 0, 0); }
void multh_port_ring_linux(void) { multh_enter(FUTURE_SYS_RING, 0, 0, 0); }

/* A doorbell that rings meanwhile is no loss: nobody who spins has declared itself a sleeper. */
void multh_port_relax(uint32_t core)
{
	(void)core;
	multh_enter(FUTURE_SYS_SLEEP, multh_port_monotonic_ns() + 10000, 0, 0);
}

uint64_t multh_port_monotonic_ns(void) { return future_clock_read(multh_future_block->time_page, FUTURE_CLOCK_MONOTONIC); }
uint64_t multh_port_realtime_ns(void) { return future_clock_read(multh_future_block->time_page, FUTURE_CLOCK_REALTIME); }

void multh_port_log(const char *text, size_t bytes) { multh_enter(FUTURE_SYS_LOG, (unsigned long)text, bytes, 0); }

void multh_port_exit(int status)
{
	for (;;)
		multh_enter(FUTURE_SYS_EXIT, (unsigned long)(unsigned)status, 0, 0);
}

/* core_entry.S calls it on the core's own stack. */
__attribute__((noreturn)) void multh_future_core(const struct future_start_block *start_block, unsigned long core)
{
	struct multh_thread *idle = multh.core[core].idle;

	(void)start_block;
	multh_port_set_self(idle);
	multh.up.begin(idle); /* nobody ran here before: nothing is left to do for a predecessor */
}

extern void multh_future_core_entry(void);

bool multh_port_start_core(uint32_t core, void *stack_top)
{
	return multh_enter(FUTURE_SYS_WAKE, core, (unsigned long)multh_future_core_entry, (unsigned long)stack_top) == 0;
}
