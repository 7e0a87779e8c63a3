/* SPDX-License-Identifier: MIT
 * Free spans by their lengths: exact up to 8 slices, then four bins for each doubling. */
#include "spans.h"

enum { EXACT = 8 };

static unsigned bin_of(size_t slices)
{
    unsigned order = 63 - (unsigned)__builtin_clzll(slices);

    return slices <= EXACT ? (unsigned)slices - 1 : EXACT + (order - 3) * 4 + (unsigned)(slices >> (order - 2) & 3);
}

void future_spans_add(struct future_spans *spans, struct future_page *first)
{
    unsigned bin = bin_of(first->slices);

    first->previous = NULL;
    first->next = spans->bin[bin];
    if (first->next)
        first->next->previous = first;
    spans->bin[bin] = first;
    spans->some[bin / 64] |= 1ull << bin % 64;
    spans->slices += first->slices;
}

void future_spans_remove(struct future_spans *spans, struct future_page *first)
{
    unsigned bin = bin_of(first->slices);

    if (first->next)
        first->next->previous = first->previous;
    if (first->previous)
        first->previous->next = first->next;
    else if (!(spans->bin[bin] = first->next))
        spans->some[bin / 64] &= ~(1ull << bin % 64);
    spans->slices -= first->slices;
}

/* The first bin from `bin` on that is not empty. */
static struct future_page *first_from(const struct future_spans *spans, unsigned bin)
{
    unsigned word = bin / 64;
    uint64_t some = bin < FUTURE_SPAN_BINS ? spans->some[word] & ~0ull << bin % 64 : 0;

    while (!some && ++word < FUTURE_SPAN_BINS / 64)
        some = spans->some[word];
    return some ? spans->bin[word * 64 + (unsigned)__builtin_ctzll(some)] : NULL;
}

/* The lowest of its own bin, so that the heap's end becomes free; the others need no look. */
struct future_page *future_spans_find(const struct future_spans *spans, size_t slices)
{
    unsigned bin = bin_of(slices);
    struct future_page *span, *best = NULL;

    for (span = spans->bin[bin]; span; span = span->next)
        if (span->slices >= slices && (!best || span < best))
            best = span;
    return best ? best : first_from(spans, bin + 1);
}

struct future_page *future_spans_longest(const struct future_spans *spans)
{
    unsigned word = FUTURE_SPAN_BINS / 64;

    while (word-- > 0)
        if (spans->some[word])
            return spans->bin[word * 64 + 63 - (unsigned)__builtin_clzll(spans->some[word])];
    return NULL;
}
