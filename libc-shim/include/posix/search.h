/* SPDX-License-Identifier: MIT
 * <search.h> with the linear searches and the queues, which newlib has not. */
#ifndef FUTURE_SEARCH_H
#define FUTURE_SEARCH_H

#include_next <search.h>

#ifdef __cplusplus
extern "C" {
#endif

void *lfind(const void *, const void *, size_t *, size_t, __compar_fn_t);
void *lsearch(const void *, void *, size_t *, size_t, __compar_fn_t);
void insque(void *, void *);
void remque(void *);

#ifdef __cplusplus
}
#endif

#endif
