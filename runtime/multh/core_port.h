/* SPDX-License-Identifier: MIT */
/* The virtual core: all that the scheduler asks of what it runs on. port/future is the real one, port/linux a test's. */
#ifndef MULTH_CORE_PORT_H
#define MULTH_CORE_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "port_self.h" /* multh_port_self(), multh_port_set_self(): of the port that CMake chose */

/* Sleeps until this core's doorbell rings (it is remembered once) or the deadline; may return early. */
void multh_port_sleep(uint32_t core, uint64_t deadline_ns);
/* Rings the doorbell of another core of this process. */
void multh_port_wake(uint32_t core);
/* Starts a core that has never run: its idle thread, which is prepared, begins there (multh.up.begin) on `stack_top`. */
bool multh_port_start_core(uint32_t core, void *stack_top);
/* Rings Linux. */
void multh_port_ring_linux(void);
/* A spin lock's holder seems not to run: gives the processor away for a moment. */
void multh_port_relax(uint32_t core);

/* A cheap clock, the same on all cores; multh_config.ticks_per_us. */
static inline uint64_t multh_port_ticks(void) { return __builtin_ia32_rdtsc(); }
uint64_t multh_port_monotonic_ns(void);
uint64_t multh_port_realtime_ns(void);

/* Zeroed pages, never given back; NULL: no memory. */
void *multh_port_map(size_t bytes);
/* The last page of each `pitch` bytes of mapped pages will be written soon. A hint. */
void multh_port_expect(void *address, size_t bytes, size_t pitch);
/* Makes pages inaccessible, also for delegated calls. False: no guard then. */
bool multh_port_protect(void *address, size_t bytes);

void multh_port_log(const char *text, size_t bytes);
__attribute__((noreturn)) void multh_port_exit(int status);

#endif
