/* SPDX-License-Identifier: MIT
 * The allocator on Future: memory from the kernel, from behind the first stack upwards; the hooks that lend a sleeping core's heap. */
#include <string.h>

#include "future/multh.h"
#include "heap.h"
#include "idl/wire/channel.h"
#include "start.h"

static uintptr_t whole_pages(uintptr_t bytes) { return (bytes + FUTURE_PAGE_BYTES - 1) & -(uintptr_t)FUTURE_PAGE_BYTES; }

struct future_land future_port_land(void)
{
    struct future_land land = {.base = future_start->arena_base,
                                    .bytes = future_start->arena_bytes,
                                    .first = whole_pages(future_start->stack_base + future_start->stack_bytes)};

    memcpy(&land.secret, future_start->random_seed + 8, sizeof land.secret);
    return land;
}

bool future_port_map(uintptr_t at, size_t bytes) { return kernel_call(FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, at, bytes) >= 0; }

uintptr_t future_port_map_anywhere(size_t bytes)
{
    long at = kernel_call(FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, 0, bytes);

    return at < 0 && at > -4096 ? 0 : (uintptr_t)at;
}

void future_port_unmap(uintptr_t at, size_t bytes) { kernel_call(FUTURE_SYS_MAP, FUTURE_MAP_FREE, at, bytes); }
void future_port_expect(uintptr_t at, size_t bytes) { kernel_call(FUTURE_SYS_MAP, FUTURE_MAP_EXPECT, at, bytes); }

void future_port_refused(void)
{
    __atomic_fetch_or(&((struct wire_channel *)future_start->channel_base)->program.limits_hit, WIRE_LIMIT_MEMORY, __ATOMIC_RELAXED);
}

/* A doorbell that rings meanwhile is no loss: the core has not declared itself a sleeper. */
void future_port_relax(void) { kernel_call(FUTURE_SYS_SLEEP, multh_monotonic_ns() + 10000, 0, 0); }

/* As abort() ends it, with a line in the log. */
void future_port_die(const char *text)
{
    kernel_call(FUTURE_SYS_LOG, (unsigned long)text, strlen(text), 0);
    multh_end_by_signal(6);
}

uint32_t future_port_core(void) { return multh_self_core(); }

void multh_core_sleeps_hook(void *word) { future_heap_sleeps(word); }
void multh_core_wakes_hook(void *word) { future_heap_wakes(word); }
