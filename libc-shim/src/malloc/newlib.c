/* SPDX-License-Identifier: MIT
 * The names under which newlib itself asks for memory: of the program's own malloc, if it brings one. */
#include <malloc.h>
#include <reent.h>
#include <stdlib.h>

void *_malloc_r(struct _reent *reent, size_t bytes)
{
    (void)reent;
    return malloc(bytes);
}

void _free_r(struct _reent *reent, void *address)
{
    (void)reent;
    free(address);
}

void *_calloc_r(struct _reent *reent, size_t count, size_t each)
{
    (void)reent;
    return calloc(count, each);
}

void *_realloc_r(struct _reent *reent, void *address, size_t bytes)
{
    (void)reent;
    return realloc(address, bytes);
}

void *_reallocf_r(struct _reent *reent, void *address, size_t bytes)
{
    (void)reent;
    return reallocf(address, bytes);
}

void *_memalign_r(struct _reent *reent, size_t alignment, size_t bytes)
{
    (void)reent;
    return memalign(alignment, bytes);
}
