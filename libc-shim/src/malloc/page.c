/* SPDX-License-Identifier: MIT
 * Pages: blocks of one class. */
#include "page.h"
#include "ground.h"
#include "heap.h"

enum {
    BATCH = 4096, /* bytes made into blocks at once */
    LISTED = 1,   /* bit 0 of page->remote */
};

const uint8_t future_class_table[FUTURE_TABLE_BYTES / 16 + 1] = {
    0,  0,  1,  2,  3,  4,  5,  6,  7,  8,  8,  9,  9,  10, 10, 11, 11, 12, 12, 12, 12, 13, 13, 13, 13, 14, 14, 14, 14, 15, 15, 15, 15,
    16, 16, 16, 16, 16, 16, 16, 16, 17, 17, 17, 17, 17, 17, 17, 17, 18, 18, 18, 18, 18, 18, 18, 18, 19, 19, 19, 19, 19, 19, 19, 19,
};

_Static_assert(sizeof(struct future_page) == 256, "a shift finds it");

/* ---- making ---- */

static struct future_page *take_slices(const struct future_heap *heap, unsigned class_number)
{
    const uint32_t size = future_class_bytes(class_number);
    struct future_wish wish = {size <= FUTURE_LARGEST_IN_SLICE ? 1 : FUTURE_PAGE_SLICES, 1, heap->carved};
    struct future_page *page = future_ground_take(&wish);

    if (page || wish.slices == 1)
        return page;
    wish.slices = (size + FUTURE_SLICE - 1) / FUTURE_SLICE;
    return future_ground_take(&wish);
}

struct future_page *future_page_new(struct future_heap *heap, unsigned class_number)
{
    struct future_page *page = take_slices(heap, class_number);
    size_t i;

    if (!page)
        return NULL;
    for (i = 1; i < page->slices; i++) {
        page[i].back = i;
        future_slice_set_kind(&page[i], FUTURE_SLICE_INSIDE);
    }
    page->size = future_class_stride(class_number);
    page->divisor = UINT64_MAX / page->size + 1;
    page->free = NULL;
    page->used = 0;
    __atomic_store_n(&page->carved, 0, __ATOMIC_RELAXED);
    page->capacity = (uint32_t)(page->slices * FUTURE_SLICE / page->size);
    page->expected = page->populated ? (uint32_t)(page->slices * FUTURE_SLICE) : 0;
    page->class_number = (uint8_t)class_number;
    page->heap = heap;
    __atomic_store_n(&page->remote, 0, __ATOMIC_RELAXED);
    future_slice_set_kind(page, FUTURE_SLICE_PAGE);
    return page;
}

/* A first touch is dear, and dearer one by one: as much in advance as this class has used so far. */
static void expect(struct future_page *page, uintptr_t from, uintptr_t to, uint64_t ahead)
{
    uintptr_t room = page->slices * FUTURE_SLICE, base = (uintptr_t)future_page_memory(page);

    if (to <= page->expected)
        return;
    if (from < page->expected)
        from = page->expected;
    from &= -(uintptr_t)4096;
    to = to + ahead < room ? to + ahead : room;
    to = (to + 4095) & -(uintptr_t)4096;
    if (to - from > 4096)
        future_port_expect(base + from, to - from);
    page->expected = (uint32_t)to;
}

bool future_page_carve(struct future_page *page)
{
    struct future_bin *bin = &page->heap->bin[page->class_number];
    uint32_t size = page->size, count = BATCH / size, n;
    char *block;

    if (count == 0)
        count = 1;
    if (count > page->capacity - page->carved)
        count = page->capacity - page->carved;
    if (count == 0)
        return false;
    expect(page, (uintptr_t)page->carved * size, (uintptr_t)(page->carved + count) * size, bin->carved);
    block = future_page_memory(page) + (size_t)page->carved * size;
    __atomic_store_n(&page->carved, page->carved + count, __ATOMIC_RELAXED);
    bin->carved += (uint64_t)count * size;
    page->heap->carved += (uint64_t)count * size;
    for (n = 1; n < count; n++, block += size)
        ((struct future_block *)block)->next = (struct future_block *)(block + size);
    ((struct future_block *)block)->next = page->free;
    page->free = (struct future_block *)(block - (size_t)(count - 1) * size);
    return true;
}

/* ---- what other cores free ---- */

bool future_page_push(struct future_page *page, struct future_block *block)
{
    uintptr_t before = __atomic_load_n(&page->remote, __ATOMIC_RELAXED);

    do
        block->next = (struct future_block *)(before & ~(uintptr_t)LISTED);
    while (!__atomic_compare_exchange_n(&page->remote, &before, (uintptr_t)block | LISTED, true, __ATOMIC_ACQ_REL,
                                        __ATOMIC_RELAXED));
    return !(before & LISTED);
}

/* Only the owner takes blocks off, and only it clears the bit: when the page has been taken off the list. */
static struct future_block *take_remote(struct future_page *page, bool unlisted)
{
    uintptr_t before = __atomic_load_n(&page->remote, __ATOMIC_RELAXED);

    if (!unlisted && before <= LISTED)
        return NULL;
    if (unlisted)
        before = __atomic_exchange_n(&page->remote, 0, __ATOMIC_ACQ_REL);
    else
        before = __atomic_exchange_n(&page->remote, LISTED, __ATOMIC_ACQ_REL);
    return (struct future_block *)(before & ~(uintptr_t)LISTED);
}

void future_page_collect(struct future_page *page, bool unlisted)
{
    struct future_block *first = take_remote(page, unlisted), *last;
    uint32_t count = 1;

    if (!first)
        return;
    for (last = first; last->next; last = last->next)
        if (++count > page->used)
            future_port_die("free(): double free detected (by another core)");
    last->next = page->free;
    page->free = first;
    page->used -= count;
}

/* ---- finding ---- */

struct future_page *future_page_of_block(const void *block)
{
    struct future_page *page = future_page_at(block);
    uintptr_t offset;

    if (page && future_slice_kind(page) == FUTURE_SLICE_INSIDE)
        page -= page->back;
    if (!page)
        return NULL;
    offset = (uintptr_t)block - (uintptr_t)future_page_memory(page);
    if (future_slice_kind(page) == FUTURE_SLICE_LARGE)
        return offset ? NULL : page;
    if (future_slice_kind(page) != FUTURE_SLICE_PAGE || !future_page_divides(page, offset))
        return NULL;
    return offset < (uintptr_t)__atomic_load_n(&page->carved, __ATOMIC_RELAXED) * page->size ? page : NULL;
}
