/* SPDX-License-Identifier: MIT
 * Where malloc and free go when the current page does not serve them. */
#include "heap.h"
#include "ground.h"

enum {
    SMALL_SPAN = 256 << 10, /* who asks for so little at once will touch it */
    MANY_PAGES = 8,         /* of a core that sleeps, with blocks that others have freed: worth collecting for it */
    PATIENCE = 1000,
};

static struct future_heap heaps[FUTURE_PORT_CORES];
static struct future_page no_page; /* never has a block */

static struct future_heap *make_heap(void)
{
    struct future_heap *heap = &heaps[future_port_core()];
    unsigned i;

    for (i = 0; i < FUTURE_CLASSES; i++)
        heap->current[i] = &no_page;
    *future_port_word() = heap;
    return heap;
}

/* ---- a page's states ---- */

static void link_partial(struct future_page *page)
{
    struct future_bin *bin = &page->heap->bin[page->class_number];

    page->state = FUTURE_PAGE_PARTIAL;
    future_page_set_fast(page, page->heap);
    page->previous = NULL;
    page->next = bin->partial;
    if (page->next)
        page->next->previous = page;
    bin->partial = page;
}

static void unlink_partial(struct future_page *page)
{
    if (page->next)
        page->next->previous = page->previous;
    if (page->previous)
        page->previous->next = page->next;
    else
        page->heap->bin[page->class_number].partial = page->next;
}

/* An empty page in no list. Whoever freed its last block may be about to put it into the list of such pages. */
static void release(struct future_page *page)
{
    size_t i;

    future_page_set_fast(page, NULL);
    page->state = FUTURE_PAGE_LIMBO;
    if (__atomic_load_n(&page->remote, __ATOMIC_ACQUIRE))
        return;
    for (i = 1; i < page->slices; i++)
        future_slice_set_kind(&page[i], FUTURE_SLICE_NONE);
    future_slice_set_kind(page, FUTURE_SLICE_LARGE);
    future_ground_give(page);
}

void future_heap_page_is_empty(struct future_page *page)
{
    unlink_partial(page);
    release(page);
}

static void make_current(struct future_page *page)
{
    page->state = FUTURE_PAGE_CURRENT;
    future_page_set_fast(page, page->heap);
    page->used++;
    page->heap->current[page->class_number] = page;
}

static void retire_current(struct future_page *page)
{
    page->heap->current[page->class_number] = &no_page;
    page->used--;
    page->state = FUTURE_PAGE_FULL;
    future_page_set_fast(page, NULL);
}

/* Some of its blocks are free again. */
static void has_freed(struct future_page *page)
{
    switch (page->state) {
    case FUTURE_PAGE_PARTIAL:
        if (page->used == 0)
            future_heap_page_is_empty(page);
        return;
    case FUTURE_PAGE_FULL:
        if (page->used && page->free)
            link_partial(page);
        else if (page->used == 0)
            release(page);
        return;
    case FUTURE_PAGE_LIMBO:
        release(page);
        return;
    }
}

/* ---- what other cores have freed ---- */

static void collect_listed(struct future_heap *heap)
{
    struct future_page *page, *next;

    if (!__atomic_load_n(&heap->remote, __ATOMIC_RELAXED))
        return;
    __atomic_store_n(&heap->remote_count, 0, __ATOMIC_RELAXED);
    for (page = __atomic_exchange_n(&heap->remote, NULL, __ATOMIC_ACQ_REL); page; page = next) {
        next = page->next_remote;
        future_page_collect(page, true);
        has_freed(page);
    }
}

static bool borrow(struct future_heap *heap)
{
    uint32_t asleep = FUTURE_HEAP_ASLEEP;

    return __atomic_compare_exchange_n(&heap->lent, &asleep, FUTURE_HEAP_HELPED, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static void return_borrowed(struct future_heap *heap) { __atomic_store_n(&heap->lent, FUTURE_HEAP_ASLEEP, __ATOMIC_RELEASE); }

static void free_for_other(struct future_page *page, struct future_block *block)
{
    struct future_heap *heap = page->heap;

    block->secret = heap->secret;
    if (!future_page_push(page, block))
        return;
    page->next_remote = __atomic_load_n(&heap->remote, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(&heap->remote, &page->next_remote, page, true, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
        ;
    if (__atomic_add_fetch(&heap->remote_count, 1, __ATOMIC_RELAXED) >= MANY_PAGES &&
        __atomic_load_n(&heap->lent, __ATOMIC_RELAXED) == FUTURE_HEAP_ASLEEP && borrow(heap)) {
        collect_listed(heap);
        return_borrowed(heap);
    }
}

void future_heap_sleeps(struct future_heap *heap)
{
    collect_listed(heap);
    return_borrowed(heap);
}

void future_heap_wakes(struct future_heap *heap)
{
    uint32_t asleep;
    unsigned turns = 0;

    while (asleep = FUTURE_HEAP_ASLEEP, !__atomic_compare_exchange_n(&heap->lent, &asleep, FUTURE_HEAP_IN_USE, false,
                                                                     __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
        __builtin_ia32_pause();
        if (++turns % PATIENCE == 0)
            future_port_relax();
    }
}

/* ---- taking ---- */

static bool page_has_block(struct future_page *page)
{
    if (!page->free && page != &no_page)
        future_page_collect(page, false);
    return page->free != NULL;
}

/* The current page with a block in it, whatever it takes; NULL: no memory. */
static struct future_page *refill(struct future_heap *heap, unsigned class_number)
{
    struct future_page *page = heap->current[class_number];

    if (page_has_block(page) || (page != &no_page && future_page_carve(page)))
        return page;
    collect_listed(heap);
    if (page->free)
        return page;
    if (page != &no_page)
        retire_current(page);
    if ((page = heap->bin[class_number].partial)) {
        unlink_partial(page);
    } else {
        if (!(page = future_page_new(heap, class_number)))
            return NULL;
        if (!heap->secret)
            heap->secret = future_ground_secret();
        future_page_carve(page);
    }
    make_current(page);
    return page;
}

static bool flush(struct future_heap *heap)
{
    bool any = false;
    unsigned i;

    collect_listed(heap);
    for (i = 0; i < FUTURE_CLASSES; i++) {
        struct future_page *page = heap->current[i];

        if (page && page != &no_page && page->used == 1) {
            retire_current(page);
            release(page);
            any = true;
        }
    }
    return any;
}

/* The heaps of cores that sleep, too. */
bool future_heap_flush(void)
{
    struct future_heap *mine = future_heap_here();
    bool any = mine && flush(mine);
    unsigned i;

    for (i = 0; i < FUTURE_PORT_CORES; i++)
        if (&heaps[i] != mine && __atomic_load_n(&heaps[i].lent, __ATOMIC_RELAXED) == FUTURE_HEAP_ASLEEP && borrow(&heaps[i])) {
            any |= flush(&heaps[i]);
            return_borrowed(&heaps[i]);
        }
    return any;
}

void *future_heap_allocate(size_t bytes, bool *zero)
{
    struct future_heap *heap = future_heap_here();
    unsigned class_number;
    struct future_page *page;
    struct future_block *block;
    uint32_t carved;

    if (bytes > FUTURE_LARGEST_IN_PAGE)
        return future_heap_allocate_span(bytes, FUTURE_SLICE, zero);
    if (!heap)
        heap = make_heap();
    class_number = future_class_of(bytes);
    carved = heap->current[class_number]->carved;
    page = refill(heap, class_number);
    if (!page && future_heap_flush())
        page = refill(heap, class_number);
    if (!page)
        return NULL;
    block = page->free;
    page->free = block->next;
    page->used++;
    block->secret = 0;
    /* Made just now, and alone. */
    if (zero)
        *zero = page->zero && page->size >= 4096 && page->carved != carved && !block->next;
    return block;
}

void *future_heap_allocate_span(size_t bytes, size_t alignment, bool *zero)
{
    struct future_heap *heap = future_heap_here();
    struct future_wish wish = {(bytes + FUTURE_SLICE - 1) / FUTURE_SLICE, (alignment + FUTURE_SLICE - 1) / FUTURE_SLICE, 0};
    struct future_page *first = future_ground_take(&wish);
    char *memory;

    if (!first && future_heap_flush())
        first = future_ground_take(&wish);
    if (!first)
        return NULL;
    memory = future_page_memory(first);
    if (bytes <= SMALL_SPAN && !first->populated)
        future_port_expect((uintptr_t)memory, (bytes + 4095) & -(size_t)4096);
    if (bytes <= SMALL_SPAN && heap)
        heap->carved += bytes;
    if (zero)
        *zero = first->zero;
    return memory;
}

/* ---- freeing ---- */

/* The block bears the mark of a free one, perhaps by accident. */
static void check_twice(const struct future_page *page, const struct future_block *block)
{
    const struct future_block *other;

    for (other = page->free; other; other = other->next)
        if (other == block)
            future_port_die("free(): double free detected");
}

void future_heap_free(void *address)
{
    struct future_page *page = future_page_of_block(address);
    struct future_block *block = address;

    if (!address)
        return;
    if (!page)
        future_port_die("free(): invalid pointer");
    if (future_slice_kind(page) == FUTURE_SLICE_LARGE) {
        future_ground_give(page);
        return;
    }
    if (page->heap != future_heap_here()) {
        free_for_other(page, block);
        return;
    }
    if (block->secret == page->heap->secret)
        check_twice(page, block);
    block->secret = page->heap->secret;
    block->next = page->free;
    page->free = block;
    page->used--;
    has_freed(page);
}
