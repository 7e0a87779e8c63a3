/* SPDX-License-Identifier: MIT
 * A core's heap: for each class a page to take blocks from, so that malloc and free need neither a lock nor an atomic. */
#ifndef FUTURE_MALLOC_HEAP_H
#define FUTURE_MALLOC_HEAP_H

#include "page.h"

/*
 * MULiTh's threads leave their core only where they park or yield, and the allocator does neither: between two such points a
 * thread has its core's heap for itself. A thread that moved frees on its new core what it took on the old one; that is what
 * page->remote is for, and all that another core ever does to a heap, but for one that sleeps.
 *
 * A core that sleeps lends its heap: whoever frees much there collects it (future_heap_sleeps).
 */
struct future_bin {
    struct future_page *partial; /* pages with free blocks */
    uint64_t carved;             /* bytes ever made into blocks */
};

struct future_heap {
    struct future_page *current[FUTURE_CLASSES]; /* never NULL */
    struct future_bin bin[FUTURE_CLASSES];
    uint64_t secret;
    uint64_t carved; /* bytes, over all classes */

    /* Other cores write. */
    struct future_page *remote __attribute__((aligned(64))); /* pages that they have freed in */
    uint32_t remote_count;                                   /* pages put there since the last collection */
    uint32_t lent;                                           /* enum future_heap_lent */
} __attribute__((aligned(64)));

enum future_heap_lent { FUTURE_HEAP_IN_USE = 0, FUTURE_HEAP_ASLEEP = 1, FUTURE_HEAP_HELPED = 2 };

/* This core's heap; NULL: it has none yet. */
static inline struct future_heap *future_heap_here(void) { return (struct future_heap *)*future_port_word(); }

/* malloc, when the current page has no block. `zero`, if not NULL: told whether the block is zero. NULL: no memory (no errno). */
void *future_heap_allocate(size_t bytes, bool *zero);
/* free, of whatever a closer look is needed for. */
void future_heap_free(void *block);
/* A page's last block was freed by its own core. */
void future_heap_page_is_empty(struct future_page *page);
/* A block by itself: `alignment` is a power of two. */
void *future_heap_allocate_span(size_t bytes, size_t alignment, bool *zero);
/* This core's heap gives back what it keeps empty; true if anything came of it. */
bool future_heap_flush(void);

/* MULiTh calls them around a core's sleep, on that core. */
void future_heap_sleeps(struct future_heap *heap);
void future_heap_wakes(struct future_heap *heap);

#endif
