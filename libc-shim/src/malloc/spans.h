/* SPDX-License-Identifier: MIT
 * Free spans by their lengths. No lock: ground.c's. */
#ifndef FUTURE_MALLOC_SPANS_H
#define FUTURE_MALLOC_SPANS_H

#include "page.h"

enum { FUTURE_SPAN_BINS = 128 };

struct future_spans {
    struct future_page *bin[FUTURE_SPAN_BINS];
    uint64_t some[FUTURE_SPAN_BINS / 64]; /* bins that are not empty */
    size_t slices;                        /* of all */
};

void future_spans_add(struct future_spans *spans, struct future_page *first);
void future_spans_remove(struct future_spans *spans, struct future_page *first);
/* A span of at least so many slices, one of the shortest; it stays. NULL: none. */
struct future_page *future_spans_find(const struct future_spans *spans, size_t slices);
/* One of the longest. */
struct future_page *future_spans_longest(const struct future_spans *spans);

#endif
