/* SPDX-License-Identifier: MIT
 * The memory below newlib's malloc: a range of the arena taken once, handed out from the bottom, extended by others. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include "start.h"

/* One range is this part of the largest free one: few ranges, yet most is left for stacks and mmap. Untouched pages of
 * it cost nothing. */
enum { HEAP_SHARE = 4, REFUSALS = 8 };

/* Guarded by malloc's lock: malloc is the only caller. */
static struct {
    uintptr_t next, end;
} heap;

static uintptr_t whole_pages(uintptr_t bytes)
{
    return (bytes + FUTURE_PAGE_BYTES - 1) & -(uintptr_t)FUTURE_PAGE_BYTES;
}

static long allocate(uintptr_t bytes)
{
    return kernel_call(FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, 0, bytes);
}

/* malloc takes a gap in its stride but no step backwards. The kernel gives the lowest range that fits, so one below the
 * heap is held until a higher one has been found. */
static long allocate_above(uintptr_t bytes)
{
    long refused[REFUSALS], address;
    int count = 0;

    while ((address = allocate(bytes)) >= 0 && (uintptr_t)address < heap.end && count < REFUSALS)
        refused[count++] = address;
    if (address >= 0 && (uintptr_t)address < heap.end) {
        kernel_call(FUTURE_SYS_MAP, FUTURE_MAP_FREE, address, bytes);
        address = -ENOMEM;
    }
    while (count)
        kernel_call(FUTURE_SYS_MAP, FUTURE_MAP_FREE, refused[--count], bytes);
    return address;
}

static int take_range(uintptr_t wanted)
{
    uintptr_t bytes = kernel_call(FUTURE_SYS_INFO, FUTURE_INFO_LARGEST_FREE, 0, 0) / HEAP_SHARE;
    long address;

    if (bytes < wanted)
        bytes = wanted;
    address = allocate_above(whole_pages(bytes));
    if (address < 0)
        address = allocate_above(bytes = whole_pages(wanted));
    if (address < 0)
        return 0;
    if ((uintptr_t)address != heap.end)
        heap.next = address;
    heap.end = address + whole_pages(bytes);
    return 1;
}

void *sbrk(ptrdiff_t increment)
{
    uintptr_t begin;

    /* Never shrinks: malloc relies on fresh memory being zero, and this memory would come back dirty. */
    if (increment < 0)
        goto refused;
    if (heap.end - heap.next < (uintptr_t)increment && !take_range(increment))
        goto refused;
    begin = heap.next;
    heap.next += increment;
    return (void *)begin;
refused:
    errno = ENOMEM;
    return (void *)-1;
}
