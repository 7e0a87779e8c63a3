/* SPDX-License-Identifier: MIT
 * realloc: in place where the block's class or what lies behind it allows. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ground.h"
#include "malloc_own.h"

static size_t room_of(const struct future_page *page)
{
    return future_slice_kind(page) == FUTURE_SLICE_LARGE ? page->slices * FUTURE_SLICE : page->size;
}

/* A large block stays one and stays where it is. */
static bool resize_large(struct future_page *first, size_t bytes)
{
    size_t slices = bytes / FUTURE_SLICE + (bytes % FUTURE_SLICE != 0);

    if (bytes <= FUTURE_LARGEST_IN_PAGE)
        return false;
    if (slices < first->slices)
        future_ground_shorten(first, slices);
    return slices <= first->slices || future_ground_lengthen(first, slices);
}

/* So that little is wasted, but a block that shrinks a little, or is small anyway, does not move. */
static bool suits(size_t room, size_t bytes) { return bytes <= room && (bytes >= room / 2 || room <= 64); }

void *future_realloc(void *address, size_t bytes)
{
    struct future_page *page;
    size_t room;
    void *moved;

    if (!address)
        return future_malloc(bytes);
    if (bytes == 0) {
        future_free(address);
        return NULL;
    }
    page = future_page_of_block(address);
    if (!page)
        future_port_die("realloc(): invalid pointer");
    if (bytes > PTRDIFF_MAX)
        return future_malloc_refused(bytes);
    room = room_of(page);
    if (future_slice_kind(page) == FUTURE_SLICE_LARGE ? resize_large(page, bytes) : suits(room, bytes))
        return address;
    moved = future_malloc(bytes);
    if (!moved)
        return bytes <= room ? address : NULL;
    memcpy(moved, address, bytes < room ? bytes : room);
    future_free(address);
    return moved;
}

static void *reallocate_array(void *address, size_t count, size_t each)
{
    size_t bytes;

    return __builtin_mul_overflow(count, each, &bytes) ? future_malloc_refused(SIZE_MAX) : future_realloc(address, bytes);
}

static void *reallocate_or_free(void *address, size_t bytes)
{
    void *moved = future_realloc(address, bytes);

    if (!moved && bytes)
        future_free(address);
    return moved;
}

size_t future_malloc_usable_size(void *address)
{
    const struct future_page *page = future_page_of_block(address);

    if (address && !page)
        future_port_die("malloc_usable_size(): invalid pointer");
    return address ? room_of(page) : 0;
}

void *realloc(void *, size_t) __attribute__((weak, alias("future_realloc")));
void *reallocarray(void *, size_t, size_t) __attribute__((weak, alias("reallocate_array")));
void *reallocf(void *, size_t) __attribute__((weak, alias("reallocate_or_free")));
size_t malloc_usable_size(void *) __attribute__((weak, alias("future_malloc_usable_size")));
