/* SPDX-License-Identifier: MIT
 * The memory below newlib's malloc: the arena's lower end, growing upwards as long as nothing of others is in the way. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include "idl/wire/channel.h"
#include "start.h"

/* The kernel hands out everything else from the arena's upper end, so the heap can become as large as the memory. */
enum {
    LEAST_STEP = 64 << 10,
    MOST_STEP = 4 << 20,
    LARGE_PAGE = 2 << 20,
    SMALL = 256 << 10,       /* who asks for so little at once will touch it */
    LEAST_SHRINK = 32 << 20, /* as glibc: giving back less costs more than it brings */
};

/* Guarded by malloc's lock: malloc is the only caller. */
static struct {
    uintptr_t next, end; /* handed out up to; taken from the kernel up to */
    uintptr_t expected;  /* the kernel was told that pages below will be touched, or they are touched */
    uintptr_t small;     /* bytes handed out in small pieces */
} heap;

static uintptr_t whole_pages(uintptr_t bytes)
{
    return (bytes + FUTURE_PAGE_BYTES - 1) & -(uintptr_t)FUTURE_PAGE_BYTES;
}

static int map(enum future_map_operation operation, uintptr_t address, uintptr_t bytes)
{
    return kernel_call(FUTURE_SYS_MAP, operation, address, bytes) >= 0;
}

static int extend(uintptr_t bytes)
{
    if (!map(FUTURE_MAP_ALLOCATE, heap.end, whole_pages(bytes)))
        return 0;
    heap.end += whole_pages(bytes);
    return 1;
}

/* Something is in the way. malloc takes a gap in its stride but no step backwards, and what lies anywhere lies above. */
static int jump(uintptr_t bytes)
{
    long address = kernel_call(FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, 0, whole_pages(bytes));

    if (address < 0)
        return 0;
    if ((uintptr_t)address < heap.end) {
        map(FUTURE_MAP_FREE, address, whole_pages(bytes));
        return 0;
    }
    heap.next = heap.expected = address;
    heap.end = address + whole_pages(bytes);
    return 1;
}

static int take(uintptr_t increment)
{
    uintptr_t bytes = increment - (heap.end - heap.next), step = heap.small;

    if (!heap.end)
        heap.next = heap.end = heap.expected = whole_pages(future_start->stack_base + future_start->stack_bytes);
    if (step < LEAST_STEP)
        step = LEAST_STEP;
    if (step > MOST_STEP)
        step = MOST_STEP;
    if (step > LARGE_PAGE)
        step = ((heap.end + step) & -(uintptr_t)LARGE_PAGE) - heap.end;
    return (bytes < step && extend(step)) || extend(bytes) || jump(increment);
}

/* In growing batches, a page at a time being dear; but never more than has been handed out so far. Large batches end where
 * a large page of the machine may. */
static void expect_pages(uintptr_t increment)
{
    uintptr_t wanted = whole_pages(heap.next), ahead = heap.small & -(uintptr_t)FUTURE_PAGE_BYTES, even;

    if (increment > SMALL) {
        heap.expected = wanted;
        return;
    }
    heap.small += increment;
    if (heap.expected >= wanted)
        return;
    if (ahead > MOST_STEP)
        ahead = MOST_STEP;
    wanted = ahead < heap.end - wanted ? wanted + ahead : heap.end;
    even = wanted & -(uintptr_t)LARGE_PAGE;
    if (ahead >= LARGE_PAGE && even >= heap.next)
        wanted = even;
    if (heap.expected >= wanted)
        return;
    map(FUTURE_MAP_EXPECT, heap.expected, wanted - heap.expected);
    heap.expected = wanted;
}

/* Whole pages, which are zero when they come again: malloc relies on that. A program of little memory may need it all. */
static int shrink(uintptr_t bytes)
{
    uintptr_t next = heap.next - bytes;

    if ((bytes < LEAST_SHRINK && bytes < future_start->arena_bytes / 8) || next % FUTURE_PAGE_BYTES ||
        !map(FUTURE_MAP_FREE, next, heap.end - next))
        return 0;
    heap.next = heap.end = heap.expected = next;
    return 1;
}

void *sbrk(ptrdiff_t increment)
{
    uintptr_t begin = heap.next;

    if (increment < 0) {
        if (shrink(-(uintptr_t)increment))
            return (void *)begin;
        goto refused;
    }
    if (heap.end - heap.next < (uintptr_t)increment && !take(increment))
        goto refused;
    begin = heap.next;
    heap.next += increment;
    expect_pages(increment);
    return (void *)begin;
refused:
    if (increment > 0) /* for `future run` to name the option */
        __atomic_fetch_or(&((struct wire_channel *)future_start->channel_base)->program.limits_hit, WIRE_LIMIT_MEMORY,
                          __ATOMIC_RELAXED);
    errno = ENOMEM;
    return (void *)-1;
}
