/* SPDX-License-Identifier: MIT
 * Spans of slices between the kernel and the heaps. */
#include "ground.h"
#include "spans.h"

enum {
    MOST_AHEAD = 4 << 20,
    LARGE_PAGE = 2 << 20,      /* of the machine: batches end where one may */
    LEAST_AHEAD = 1 << 20,     /* a smaller program's pages are asked for by page.c */
    SURELY_USED = 4,           /* slices: who asked for no more has written all of it */
    PATIENCE = 1000,
};

struct future_page_table future_table;

static struct {
    uint32_t lock;
    struct future_land land;
    uintptr_t end;             /* the kernel was asked for slices up to here */
    struct future_spans free, absent;
    size_t given_out;          /* slices, in spans that are not free */
} ground;

/* ---- lock ---- */

static void lock(void)
{
    unsigned turns = 0;

    while (__atomic_exchange_n(&ground.lock, 1, __ATOMIC_ACQUIRE))
        while (__atomic_load_n(&ground.lock, __ATOMIC_RELAXED)) {
            __builtin_ia32_pause();
            if (++turns % PATIENCE == 0)
                future_port_relax();
        }
}

static void unlock(void) { __atomic_store_n(&ground.lock, 0, __ATOMIC_RELEASE); }

/* ---- beginning ---- */

static bool begin(void)
{
    uintptr_t first, count, table;

    ground.land = future_port_land();
    first = ground.land.base >> FUTURE_SLICE_SHIFT;
    count = ((ground.land.base + ground.land.bytes + FUTURE_SLICE - 1) >> FUTURE_SLICE_SHIFT) - first;
    table = future_port_map_anywhere((count * sizeof(struct future_page) + 4095) & -(uintptr_t)4096);
    if (!table)
        return false;
    future_table.page = (struct future_page *)table;
    future_table.first = first;
    __atomic_store_n(&future_table.count, count, __ATOMIC_RELEASE);
    ground.end = (ground.land.first + FUTURE_SLICE - 1) & -(uintptr_t)FUTURE_SLICE;
    return true;
}

static uintptr_t bytes_of(size_t slices) { return (uintptr_t)slices << FUTURE_SLICE_SHIFT; }
static uintptr_t address_of(const struct future_page *page) { return (uintptr_t)future_page_memory(page); }
static uintptr_t end_of(const struct future_page *first) { return address_of(first) + bytes_of(first->slices); }

/* ---- free spans ---- */

static struct future_spans *spans_of(uint8_t kind) { return kind == FUTURE_SLICE_ABSENT ? &ground.absent : &ground.free; }

static void set_span(struct future_page *first, uint8_t kind, size_t slices)
{
    future_slice_set_kind(first, kind);
    first->slices = slices;
    if (slices > 1) {
        future_slice_set_kind(&first[slices - 1], FUTURE_SLICE_END);
        first[slices - 1].back = slices - 1;
    }
}

/* Out of its list; its first slice is nobody's. */
static void take_out(struct future_page *first)
{
    future_spans_remove(spans_of(future_slice_kind(first)), first);
    future_slice_set_kind(&first[first->slices - 1], FUTURE_SLICE_NONE);
    future_slice_set_kind(first, FUTURE_SLICE_NONE);
}

/* The free span of a kind that ends before this slice; NULL: none. */
static struct future_page *span_before(const struct future_page *page, uint8_t kind)
{
    struct future_page *last = future_page_at((char *)address_of(page) - 1);

    if (last && future_slice_kind(last) == FUTURE_SLICE_END)
        last -= last->back;
    return last && future_slice_kind(last) == kind ? last : NULL;
}

static struct future_page *span_at(uintptr_t address, uint8_t kind)
{
    struct future_page *first = future_page_at((char *)address);

    return first && future_slice_kind(first) == kind ? first : NULL;
}

/* Of nobody's slices; joins what it touches, and returns all of it. What was given back at the heap's end is the heap's no more:
 * NULL. */
static struct future_page *put(struct future_page *first, size_t slices, uint8_t kind, bool zero, bool populated)
{
    struct future_page *before = span_before(first, kind), *after = span_at(address_of(first) + bytes_of(slices), kind);

    if (before) {
        take_out(before);
        zero &= before->zero;
        populated &= before->populated;
        slices += before->slices;
        first = before;
    }
    if (after) {
        take_out(after);
        zero &= after->zero;
        populated &= after->populated;
        slices += after->slices;
    }
    if (kind == FUTURE_SLICE_ABSENT && address_of(first) + bytes_of(slices) == ground.end) {
        ground.end = address_of(first);
        return NULL;
    }
    first->zero = zero;
    first->populated = populated;
    set_span(first, kind, slices);
    future_spans_add(spans_of(kind), first);
    return first;
}

/* ---- the kernel ---- */

/* So many slices that the kernel gives in advance: small programs get what they ask for, others as much again as they use. */
static size_t slices_ahead(size_t ahead)
{
    uintptr_t end;

    if (ahead < LEAST_AHEAD)
        return 0;
    if (ahead > MOST_AHEAD)
        ahead = MOST_AHEAD;
    end = ground.end + ahead;
    return ((ahead >= LARGE_PAGE ? end & -(uintptr_t)LARGE_PAGE : end) - ground.end) >> FUTURE_SLICE_SHIFT;
}

/* Something is in the way: a place that the kernel chooses. */
static struct future_page *elsewhere(size_t slices)
{
    uintptr_t bytes = bytes_of(slices), at = future_port_map_anywhere(bytes + FUTURE_SLICE), even;

    if (!at)
        return NULL;
    even = (at + FUTURE_SLICE - 1) & -(uintptr_t)FUTURE_SLICE;
    if (even > at)
        future_port_unmap(at, even - at);
    if (even < at + FUTURE_SLICE)
        future_port_unmap(even + bytes, at + FUTURE_SLICE - even);
    return put(future_page_at((char *)even), slices, FUTURE_SLICE_FREE, true, false);
}

/* A free span of so many slices at the heap's end; `*expect`: more than was asked for, which will be written soon. */
static struct future_page *extend(size_t slices, size_t ahead, size_t *expect)
{
    struct future_page *next = future_page_at((char *)ground.end), *last;
    size_t missing = slices, more = slices_ahead(ahead);

    *expect = 0;
    if (!next)
        return elsewhere(slices);
    if ((last = span_before(next, FUTURE_SLICE_FREE)))
        missing -= last->slices;
    if (more > missing && future_port_map(ground.end, bytes_of(more)))
        *expect = missing = more;
    else if (missing > ground.land.bytes >> FUTURE_SLICE_SHIFT || !future_port_map(ground.end, bytes_of(missing)))
        return elsewhere(slices);
    ground.end += bytes_of(missing);
    return put(next, missing, FUTURE_SLICE_FREE, true, *expect != 0);
}

/* Given-back memory comes again, unless somebody has it now: then it is not the heap's any more. */
static struct future_page *bring_back(size_t slices)
{
    struct future_page *first;

    while ((first = future_spans_find(&ground.absent, slices))) {
        size_t rest = first->slices - slices;

        take_out(first);
        if (!future_port_map(address_of(first), bytes_of(slices)))
            continue;
        if (rest)
            put(first + slices, rest, FUTURE_SLICE_ABSENT, true, false);
        return put(first, slices, FUTURE_SLICE_FREE, true, false);
    }
    return NULL;
}

/* One free span back to the kernel, which may take a while: without the lock. */
static void give_back(struct future_page *first)
{
    size_t slices = first->slices;

    take_out(first);
    unlock();
    future_port_unmap(address_of(first), bytes_of(slices));
    lock();
    put(first, slices, FUTURE_SLICE_ABSENT, true, false);
}

static bool purge(size_t keep)
{
    struct future_page *longest;
    bool any = false;

    while (ground.free.slices > keep && (longest = future_spans_longest(&ground.free))) {
        give_back(longest);
        any = true;
    }
    return any;
}

/* ---- taking and giving ---- */

static size_t most_kept(void)
{
    size_t eighth = ground.land.bytes / 8;

    return (eighth < FUTURE_GROUND_KEPT ? eighth : FUTURE_GROUND_KEPT) >> FUTURE_SLICE_SHIFT;
}

static struct future_page *find(size_t slices, size_t ahead, size_t *expect)
{
    struct future_page *first = future_spans_find(&ground.free, slices);

    *expect = 0;
    if (!first)
        first = bring_back(slices);
    return first ? first : extend(slices, ahead, expect);
}

/* Cuts a span out of a free one. */
static void cut(struct future_page *span, size_t before, size_t slices)
{
    size_t after = span->slices - before - slices;
    struct future_page *first = span + before;
    bool zero = span->zero, populated = span->populated;

    take_out(span);
    future_slice_set_kind(first, FUTURE_SLICE_LARGE);
    first->slices = slices;
    first->zero = zero;
    first->populated = populated;
    if (before)
        put(span, before, FUTURE_SLICE_FREE, zero, populated);
    if (after)
        put(first + slices, after, FUTURE_SLICE_FREE, zero, populated);
    ground.given_out += slices;
}

struct future_page *future_ground_take(const struct future_wish *wish)
{
    size_t spread = wish->slices + wish->alignment - 1, before, expect = 0;
    struct future_page *span = NULL, *first = NULL;
    uintptr_t even, expected = 0;

    lock();
    if ((future_table.count || begin()) && spread <= future_table.count) {
        span = find(spread, wish->ahead, &expect);
        if (!span && purge(0))
            span = find(spread, 0, &expect);
    }
    if (span) {
        even = bytes_of(wish->alignment);
        before = (-address_of(span) & (even - 1)) >> FUTURE_SLICE_SHIFT;
        first = span + before;
        expected = end_of(span) - bytes_of(expect);
        cut(span, before, wish->slices);
    }
    unlock();
    if (expect)
        future_port_expect(expected, bytes_of(expect));
    return first;
}

void future_ground_give(struct future_page *first)
{
    size_t slices = first->slices;

    lock();
    ground.given_out -= slices;
    future_slice_set_kind(first, FUTURE_SLICE_NONE);
    put(first, slices, FUTURE_SLICE_FREE, false, slices <= SURELY_USED);
    if (ground.free.slices > most_kept())
        purge(most_kept() / 2);
    unlock();
}

/* Behind the span, up to `missing` slices of it: what is free there, or could be. */
static bool make_room(struct future_page *first, size_t missing)
{
    uintptr_t end = end_of(first);
    struct future_page *after = span_at(end, FUTURE_SLICE_FREE);
    size_t there = after ? after->slices : 0, expect;

    if (there >= missing)
        return true;
    if (end + bytes_of(there) == ground.end) {
        if (!future_page_at((char *)ground.end) || missing > future_table.count ||
            !future_port_map(ground.end, bytes_of(missing - there)))
            return false;
        after = future_page_at((char *)ground.end);
        ground.end += bytes_of(missing - there);
        put(after, missing - there, FUTURE_SLICE_FREE, true, false);
        return true;
    }
    after = span_at(end + bytes_of(there), FUTURE_SLICE_ABSENT);
    expect = after ? after->slices : 0;
    if (there + expect < missing || !future_port_map(address_of(after), bytes_of(missing - there)))
        return false;
    take_out(after);
    expect -= missing - there;
    if (expect)
        put(after + (missing - there), expect, FUTURE_SLICE_ABSENT, true, false);
    put(after, missing - there, FUTURE_SLICE_FREE, true, false);
    return true;
}

bool future_ground_lengthen(struct future_page *first, size_t slices)
{
    size_t missing = slices - first->slices;
    bool done;

    lock();
    done = make_room(first, missing);
    if (done) {
        cut(first + first->slices, 0, missing);
        future_slice_set_kind(&first[first->slices], FUTURE_SLICE_NONE);
        first->slices = slices;
    }
    unlock();
    return done;
}

void future_ground_shorten(struct future_page *first, size_t slices)
{
    struct future_page *rest = first + slices;

    rest->slices = first->slices - slices;
    first->slices = slices;
    future_ground_give(rest);
}

bool future_ground_purge(void)
{
    bool any;

    lock();
    any = purge(0);
    unlock();
    return any;
}

struct future_ground_bytes future_ground_sizes(void)
{
    struct future_ground_bytes sizes;

    lock();
    sizes.free = bytes_of(ground.free.slices);
    sizes.taken = sizes.free + bytes_of(ground.given_out);
    unlock();
    return sizes;
}

uint64_t future_ground_secret(void) { return ground.land.secret; }
