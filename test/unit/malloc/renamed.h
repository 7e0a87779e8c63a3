/* SPDX-License-Identifier: MIT */
/* Included in front of libc-shim's allocator, which lies beside Linux's own here. */
#include <stdlib.h>
#include <malloc.h>

#define malloc renamed_malloc
#define free renamed_free
#define calloc renamed_calloc
#define realloc renamed_realloc
#define reallocarray renamed_reallocarray
#define reallocf renamed_reallocf
#define memalign renamed_memalign
#define aligned_alloc renamed_aligned_alloc
#define posix_memalign renamed_posix_memalign
#define valloc renamed_valloc
#define pvalloc renamed_pvalloc
#define malloc_usable_size renamed_malloc_usable_size
#include "declared.h"
