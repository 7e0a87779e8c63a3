/* SPDX-License-Identifier: MIT
 * The ground under pages and large blocks: spans of slices, taken from the kernel and given back to it. */
#ifndef FUTURE_MALLOC_GROUND_H
#define FUTURE_MALLOC_GROUND_H

#include "page.h"

/*
 * One for the program, behind a spin lock; so all of this may be called from any core, and none of it parks. Free spans that
 * touch are one span, but for those that were given back to the kernel, which are a kind of their own. Free memory of more
 * than FUTURE_GROUND_KEPT, or an eighth of the program's, goes back to the kernel, largest spans first.
 */
enum { FUTURE_GROUND_KEPT = 32 << 20 };

struct future_wish {
    size_t slices;
    size_t alignment; /* in slices, a power of two */
    size_t ahead;     /* bytes of memory that the program has used in small pieces: so much more may be asked of the kernel */
};

/* The first slice, its kind LARGE; `zero` and `populated` are true of the whole span. NULL: no memory. */
struct future_page *future_ground_take(const struct future_wish *wish);
void future_ground_give(struct future_page *first);
/* Makes a span longer where it lies, if what follows is free. */
bool future_ground_lengthen(struct future_page *first, size_t slices);
/* Gives the end of a span back. */
void future_ground_shorten(struct future_page *first, size_t slices);
/* All that is free goes back to the kernel; true if anything did. */
bool future_ground_purge(void);

struct future_ground_bytes {
    size_t taken; /* bytes from the kernel */
    size_t free;  /* of those, in free spans */
};
struct future_ground_bytes future_ground_sizes(void);
/* Random, the same for the whole life; 0 before the first block. */
uint64_t future_ground_secret(void);

#endif
