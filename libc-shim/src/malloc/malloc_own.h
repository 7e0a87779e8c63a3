/* SPDX-License-Identifier: MIT
 * The family under names that no program replaces; C's names are weak aliases of these. */
#ifndef FUTURE_MALLOC_OWN_H
#define FUTURE_MALLOC_OWN_H

#include <stddef.h>

/* As the standard has them; 16-byte alignment, errno ENOMEM. */
void *future_malloc(size_t bytes);
void future_free(void *address);
void *future_calloc(size_t count, size_t each);
/* As glibc: 0 bytes free the block, and NULL comes back. */
void *future_realloc(void *address, size_t bytes);
/* `alignment` is a power of two. */
void *future_memalign(size_t alignment, size_t bytes);
size_t future_malloc_usable_size(void *address);

/* NULL with errno ENOMEM. A request for more than PTRDIFF_MAX has nothing to do with how much memory there is. */
void *future_malloc_refused(size_t bytes);

#endif
