/* SPDX-License-Identifier: MIT
 * What the allocator knows of each slice, 64 KiB of the program's memory: a table over all of it, apart from the blocks. */
#ifndef FUTURE_MALLOC_PAGE_H
#define FUTURE_MALLOC_PAGE_H

#include "port.h"
#include "sizes.h"

struct future_heap;

/* A free block. */
struct future_block {
    struct future_block *next;
    uint64_t secret; /* heap->secret while it is free: who frees it again is looked at closely */
};

enum future_slice_kind {
    FUTURE_SLICE_NONE = 0,  /* somebody else's, or within a span */
    FUTURE_SLICE_FREE,      /* first of a free span */
    FUTURE_SLICE_ABSENT,    /* first of a free span whose memory was given back to the kernel */
    FUTURE_SLICE_END,       /* last of a free span, if it is not the first too */
    FUTURE_SLICE_LARGE,     /* first of a block by itself, or of a span that somebody has just taken */
    FUTURE_SLICE_PAGE,      /* first of a page: blocks of one class, owned by a core's heap */
    FUTURE_SLICE_INSIDE,    /* further slice of a page */
};

enum future_page_state {
    FUTURE_PAGE_CURRENT, /* the heap's first choice for its class; counts as one block more */
    FUTURE_PAGE_PARTIAL, /* in the list of its class */
    FUTURE_PAGE_FULL,    /* in no list */
    FUTURE_PAGE_LIMBO,   /* empty, but still in the list of pages that other cores freed in */
};

/*
 * A span of slices is described by its first one's structure; the last one's and, in a page, those between say how far back
 * that is. Nobody believes the others.
 *
 * A page belongs to a heap, and only that heap's core writes the first line and touches the second. Another core frees a block by
 * pushing it onto `remote`; bit 0 of that word says that the page is in its heap's list of such pages, or about to be.
 */
struct future_page {
    /* Seldom written: other cores read it at each block that they free. */
    struct future_heap *fast;      /* the heap whose core may free here without a closer look; 0: nobody; atomic, others look */
    uint64_t divisor;              /* 2^64 / size, rounded up: tells whether an offset is a block's */
    struct future_heap *heap;
    size_t slices;
    size_t back;                   /* to the first slice */
    uint32_t size;                 /* of a block: its class's stride */
    uint32_t carved;               /* blocks made so far; atomic, others look */
    uint32_t capacity;             /* blocks there is room for */
    uint8_t kind, state, class_number;
    bool zero;                     /* free span: its contents are zero. Page: what is not carved yet is */
    bool populated;                /* free span: memory is behind it already */

    /* Written at each malloc and free of the owner. */
    struct future_block *free __attribute__((aligned(64)));
    struct future_page *next, *previous;
    uint32_t used;                 /* blocks given out, and freed by others but not collected */
    uint32_t expected;             /* bytes that the kernel was told of, or that are known to be there */

    uintptr_t remote __attribute__((aligned(64)));
    struct future_page *next_remote;
} __attribute__((aligned(256)));

/* Constant once the first block was given out; `count`, which is 0 before, is written last. */
extern struct future_page_table {
    struct future_page *page; /* of the first slice */
    uintptr_t first, count;   /* slices */
} future_table;

/* The slice of any address; NULL if it is outside the program's memory. */
static inline struct future_page *future_page_at(const void *address)
{
    uintptr_t count = __atomic_load_n(&future_table.count, __ATOMIC_ACQUIRE);
    uintptr_t index = ((uintptr_t)address >> FUTURE_SLICE_SHIFT) - future_table.first;

    return __builtin_expect(index < count, 1) ? future_table.page + index : NULL;
}

/* Its neighbours' spans look at it too. */
static inline uint8_t future_slice_kind(const struct future_page *slice) { return __atomic_load_n(&slice->kind, __ATOMIC_RELAXED); }
static inline void future_slice_set_kind(struct future_page *slice, enum future_slice_kind kind)
{
    __atomic_store_n(&slice->kind, (uint8_t)kind, __ATOMIC_RELAXED);
}

static inline void future_page_set_fast(struct future_page *page, struct future_heap *heap)
{
    __atomic_store_n(&page->fast, heap, __ATOMIC_RELAXED);
}

static inline char *future_page_memory(const struct future_page *page)
{
    return (char *)(((uintptr_t)(page - future_table.page) + future_table.first) << FUTURE_SLICE_SHIFT);
}

/* Whether an address, which lies in the page's first slice or further on, is where a block begins. */
static inline bool future_page_divides(const struct future_page *page, uintptr_t offset)
{
    return offset * page->divisor < page->divisor;
}

/* page.c: all but the last by the heap's own core. */

/* A page of fresh slices; NULL: no memory. */
struct future_page *future_page_new(struct future_heap *heap, unsigned class_number);
/* Makes some free blocks more; false: there is no room for any. */
bool future_page_carve(struct future_page *page);
/* Takes over what other cores have freed. `unlisted`: the page was just taken off its heap's list. */
void future_page_collect(struct future_page *page, bool unlisted);
/* For other cores: true if the page is now to be put into its heap's list. */
bool future_page_push(struct future_page *page, struct future_block *block);
/* The span that a block's or a page's address belongs to, with the address where a block begins; NULL: no block was given out there. */
struct future_page *future_page_of_block(const void *block);

#endif
