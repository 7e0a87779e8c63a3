/* SPDX-License-Identifier: MIT */
/* The prototypes, under the names that libc-shim's functions have in the test. */
#ifdef __cplusplus
extern "C" {
#endif
void *renamed_malloc(size_t);
void renamed_free(void *);
void *renamed_calloc(size_t, size_t);
void *renamed_realloc(void *, size_t);
void *renamed_reallocarray(void *, size_t, size_t);
void *renamed_reallocf(void *, size_t);
void *renamed_memalign(size_t, size_t);
void *renamed_aligned_alloc(size_t, size_t);
int renamed_posix_memalign(void **, size_t, size_t);
void *renamed_valloc(size_t);
void *renamed_pvalloc(size_t);
size_t renamed_malloc_usable_size(void *);
#ifdef __cplusplus
}
#endif
