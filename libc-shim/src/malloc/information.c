/* SPDX-License-Identifier: MIT
 * What newlib's <malloc.h> declares beside the family: sizes, and giving back. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include "ground.h"
#include "heap.h"

/* Free blocks within pages count as taken. */
struct mallinfo mallinfo(void)
{
    struct future_ground_bytes sizes = future_ground_sizes();

    return (struct mallinfo){.arena = sizes.taken, .uordblks = sizes.taken - sizes.free, .fordblks = sizes.free, .keepcost = sizes.free};
}

void malloc_stats(void)
{
    struct future_ground_bytes sizes = future_ground_sizes();

    fprintf(stderr, "from the system: %zu bytes\nin use:          %zu bytes\n", sizes.taken, sizes.taken - sizes.free);
}

void mstats(char *text)
{
    fprintf(stderr, "Memory allocation statistics %s\n", text);
    malloc_stats();
}

/* There is nothing to set. */
int mallopt(int what, int value)
{
    (void)what;
    (void)value;
    return 0;
}

int malloc_trim(size_t pad)
{
    bool any = future_heap_flush();

    (void)pad;
    return future_ground_purge() || any;
}

void cfree(void *address) { free(address); }

struct mallinfo _mallinfo_r(struct _reent *reent)
{
    (void)reent;
    return mallinfo();
}

void _malloc_stats_r(struct _reent *reent)
{
    (void)reent;
    malloc_stats();
}

void _mstats_r(struct _reent *reent, char *text)
{
    (void)reent;
    mstats(text);
}

int _mallopt_r(struct _reent *reent, int what, int value)
{
    (void)reent;
    return mallopt(what, value);
}

int _malloc_trim_r(struct _reent *reent, size_t pad)
{
    (void)reent;
    return malloc_trim(pad);
}

size_t _malloc_usable_size_r(struct _reent *reent, void *address)
{
    (void)reent;
    return malloc_usable_size(address);
}

void *_valloc_r(struct _reent *reent, size_t bytes)
{
    (void)reent;
    return valloc(bytes);
}

void *_pvalloc_r(struct _reent *reent, size_t bytes)
{
    (void)reent;
    return pvalloc(bytes);
}
