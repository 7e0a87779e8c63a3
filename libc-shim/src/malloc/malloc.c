/* SPDX-License-Identifier: MIT
 * malloc, calloc, free: the short way, a list of blocks of this core's own. The long one: heap.c. All weak, so that a program may
 * bring an allocator of its own. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "heap.h"
#include "malloc_own.h"

void *future_malloc_refused(size_t bytes)
{
    if (bytes <= PTRDIFF_MAX)
        future_port_refused();
    errno = ENOMEM;
    return NULL;
}

static __attribute__((noinline)) void *allocate(size_t bytes, bool *zero)
{
    void *memory = bytes <= PTRDIFF_MAX ? future_heap_allocate(bytes, zero) : NULL;

    return memory ? memory : future_malloc_refused(bytes);
}

void *future_malloc(size_t bytes)
{
    struct future_heap *heap = future_heap_here();

    if (__builtin_expect(heap && bytes <= FUTURE_LARGEST_IN_PAGE, 1)) {
        struct future_page *page = heap->current[future_class_of(bytes)];
        struct future_block *block = page->free;

        if (__builtin_expect(block != NULL, 1)) {
            page->free = block->next;
            page->used++;
            block->secret = 0;
            return block;
        }
    }
    return allocate(bytes, NULL);
}

/* Whatever is unusual, a block with the mark of a free one included, is looked at closely. */
void future_free(void *address)
{
    struct future_heap *heap = future_heap_here();
    struct future_page *page = future_page_at(address);
    struct future_block *block = address;

    if (__builtin_expect(!page || !heap || __atomic_load_n(&page->fast, __ATOMIC_RELAXED) != heap ||
                             !future_page_divides(page, (uintptr_t)address & (FUTURE_SLICE - 1)) || block->secret == heap->secret,
                         0)) {
        future_heap_free(address);
        return;
    }
    block->secret = heap->secret;
    block->next = page->free;
    page->free = block;
    if (__builtin_expect(--page->used == 0, 0))
        future_heap_page_is_empty(page);
}

/* Fresh memory is zero; it comes in pieces of a page or more. */
void *future_calloc(size_t count, size_t each)
{
    size_t bytes;
    bool zero = false;
    void *memory;

    if (__builtin_mul_overflow(count, each, &bytes))
        return future_malloc_refused(SIZE_MAX);
    memory = bytes < 4096 ? future_malloc(bytes) : allocate(bytes, &zero);
    return memory && !zero ? memset(memory, 0, bytes) : memory;
}

void *malloc(size_t bytes) __attribute__((weak, alias("future_malloc")));
void free(void *address) __attribute__((weak, alias("future_free")));
void *calloc(size_t count, size_t each) __attribute__((weak, alias("future_calloc")));
