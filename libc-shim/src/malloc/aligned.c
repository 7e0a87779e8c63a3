/* SPDX-License-Identifier: MIT
 * Alignment: slices are aligned, so a class whose size is a multiple of the alignment has aligned blocks; above, spans. */
#include <errno.h>
#include <stdlib.h>

#include "heap.h"
#include "malloc_own.h"

enum { PAGE = 4096 };

static int is_power_of_two(size_t alignment) { return alignment && !(alignment & (alignment - 1)); }

/* A size whose class has blocks with this alignment; 0: none has. A power of two of 4 KiB or more always has. */
static size_t aligned_size(size_t alignment, size_t bytes)
{
    size_t size = (bytes + alignment - 1) & -alignment;

    if (size == 0)
        size = alignment;
    while (size <= FUTURE_LARGEST_IN_PAGE) {
        unsigned number = future_class_of(size);

        if (future_class_stride(number) % alignment == 0)
            return future_class_bytes(number);
        size = future_class_bytes(number) + 1;
    }
    return 0;
}

void *future_memalign(size_t alignment, size_t bytes)
{
    size_t size;
    void *memory;

    if (bytes > PTRDIFF_MAX || alignment > PTRDIFF_MAX)
        return future_malloc_refused(SIZE_MAX);
    if (alignment <= 16)
        return future_malloc(bytes);
    size = alignment <= FUTURE_SLICE && bytes <= FUTURE_LARGEST_IN_PAGE ? aligned_size(alignment, bytes) : 0;
    if (size)
        return future_malloc(size);
    if (bytes <= FUTURE_LARGEST_IN_PAGE)
        bytes = FUTURE_LARGEST_IN_PAGE + 1;
    memory = future_heap_allocate_span(bytes, alignment, NULL);
    return memory ? memory : future_malloc_refused(bytes);
}

/* As glibc: an alignment that is no power of two becomes the next one. */
static void *memalign_any(size_t alignment, size_t bytes)
{
    size_t power = 16;

    while (power < alignment && power <= PTRDIFF_MAX)
        power *= 2;
    return future_memalign(power, bytes);
}

static void *aligned(size_t alignment, size_t bytes)
{
    if (is_power_of_two(alignment))
        return future_memalign(alignment, bytes);
    errno = EINVAL;
    return NULL;
}

static int posix_aligned(void **result, size_t alignment, size_t bytes)
{
    const int kept = errno;
    void *memory;

    if (!is_power_of_two(alignment) || alignment % sizeof(void *))
        return EINVAL;
    memory = future_memalign(alignment, bytes);
    errno = kept;
    if (!memory)
        return ENOMEM;
    *result = memory;
    return 0;
}

static void *page_aligned(size_t bytes) { return future_memalign(PAGE, bytes); }

static void *whole_pages(size_t bytes)
{
    size_t whole = (bytes + PAGE - 1) & -(size_t)PAGE;

    return whole < bytes ? future_malloc_refused(SIZE_MAX) : future_memalign(PAGE, whole ? whole : PAGE);
}

void *memalign(size_t, size_t) __attribute__((weak, alias("memalign_any")));
void *aligned_alloc(size_t, size_t) __attribute__((weak, alias("aligned")));
int posix_memalign(void **, size_t, size_t) __attribute__((weak, alias("posix_aligned")));
void *valloc(size_t) __attribute__((weak, alias("page_aligned")));
void *pvalloc(size_t) __attribute__((weak, alias("whole_pages")));
