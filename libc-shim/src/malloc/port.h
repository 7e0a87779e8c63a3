/* SPDX-License-Identifier: MIT
 * What the allocator asks of its surroundings. future/ is a program's; test/unit/malloc has its own. */
#ifndef FUTURE_MALLOC_PORT_H
#define FUTURE_MALLOC_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The program's memory is `base` … `base + bytes`; the heap grows upwards from `first`, and where something is in its way the
 * kernel chooses. Whole pages (4096 bytes) only.
 */
struct future_land {
    uintptr_t base, bytes, first;
    uint64_t secret; /* random */
};
struct future_land future_port_land(void);

/* Zeroed pages; false if one of them is not free. */
bool future_port_map(uintptr_t at, size_t bytes);
/* Zeroed pages anywhere; 0: no memory. */
uintptr_t future_port_map_anywhere(size_t bytes);
void future_port_unmap(uintptr_t at, size_t bytes);
/* These pages will be written soon. A hint. */
void future_port_expect(uintptr_t at, size_t bytes);

/* Memory was refused: somebody may want to name the option. */
void future_port_refused(void);
/* The holder of a spin lock seems not to run. */
void future_port_relax(void);
void future_port_die(const char *text) __attribute__((noreturn));
/* The core that the caller runs on: below FUTURE_PORT_CORES. */
uint32_t future_port_core(void);
enum { FUTURE_PORT_CORES = 64 };

/*
 * port_core.h, inline: void **future_port_word(void), a word of the core that the caller runs on, 0 at first. Nobody else runs
 * on that core before the caller parks or yields, which the allocator never does.
 */
#include "port_core.h"

#endif
