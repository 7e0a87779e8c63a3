/* SPDX-License-Identifier: MIT
 * The memory below newlib's malloc: a range of the arena taken once, handed out from the bottom, extended by others. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include "start.h"

/* Untouched pages of it cost nothing; the other half is for stacks and mmap. */
enum { HEAP_SHARE = 2 };

/* Guarded by malloc's lock: malloc is the only caller. */
static struct {
    uintptr_t next, end;
} heap;

static uintptr_t whole_pages(uintptr_t bytes)
{
    return (bytes + FUTURE_PAGE_BYTES - 1) & -(uintptr_t)FUTURE_PAGE_BYTES;
}

static int take_range(uintptr_t wanted)
{
    uintptr_t largest = kernel_call(FUTURE_SYS_INFO, FUTURE_INFO_LARGEST_FREE, 0, 0);
    uintptr_t bytes = whole_pages(largest / HEAP_SHARE);
    long address;

    if (bytes < whole_pages(wanted))
        bytes = whole_pages(wanted);
    address = kernel_call(FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, 0, bytes);
    if (address < 0)
        return 0;
    /* malloc takes a gap in its stride but no step backwards. */
    if ((uintptr_t)address < heap.end) {
        kernel_call(FUTURE_SYS_MAP, FUTURE_MAP_FREE, address, bytes);
        return 0;
    }
    if ((uintptr_t)address != heap.end)
        heap.next = address;
    heap.end = address + bytes;
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
