/* SPDX-License-Identifier: MIT
 * The linear searches and the queues of <search.h>. */
#include <search.h>
#include <string.h>

void *lfind(const void *key, const void *first, size_t *count, size_t bytes, __compar_fn_t compare)
{
    const char *element = first;
    size_t i;

    for (i = 0; i < *count; i++, element += bytes)
        if (!compare(key, element))
            return (void *)element;
    return NULL;
}

void *lsearch(const void *key, void *first, size_t *count, size_t bytes, __compar_fn_t compare)
{
    void *found = lfind(key, first, count, bytes, compare);

    return found ? found : memcpy((char *)first + (*count)++ * bytes, key, bytes);
}

struct link {
    struct link *next, *previous;
};

void insque(void *element, void *before)
{
    struct link *link = element, *previous = before;

    link->previous = previous;
    link->next = previous ? previous->next : NULL;
    if (link->next)
        link->next->previous = link;
    if (previous)
        previous->next = link;
}

void remque(void *element)
{
    struct link *link = element;

    if (link->next)
        link->next->previous = link->previous;
    if (link->previous)
        link->previous->next = link->next;
}
