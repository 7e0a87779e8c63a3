/* SPDX-License-Identifier: MIT
 * qsort, qsort_r: a merge sort, which asks least often for an order and keeps equal elements in theirs, as Linux's does.
 * It needs room for a copy; without it, a heap sort takes its place. */
#define _GNU_SOURCE /* Linux's qsort_r, not BSD's */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef int compare_r(const void *, const void *, void *);

/* How elements are moved; decided once, so that the compiler makes a loop of its own for each. */
enum kind { WORD, HALF_WORD, WORDS, BYTES };

enum { ROOM_ON_STACK = 1024, MOVED_BY_POINTER = 32 /* bytes; larger ones are moved only once */ };

struct job {
    char *room;
    size_t size;
    compare_r *compare;
    void *context;
};

static inline __attribute__((always_inline)) void put(char *to, const char *from, size_t size, enum kind kind)
{
    if (kind == WORD)
        memcpy(to, from, 8);
    else if (kind == HALF_WORD)
        memcpy(to, from, 4);
    else if (kind == WORDS)
        for (size_t i = 0; i < size; i += 8)
            memcpy(to + i, from + i, 8);
    else
        memcpy(to, from, size);
}

/* Merges the sorted halves of an array; what is left of the second one is in its place already. */
static inline __attribute__((always_inline)) void merge(const struct job *job, char *base, char *middle, char *end, enum kind kind)
{
    const size_t size = kind == WORD ? 8 : kind == HALF_WORD ? 4 : job->size;
    char *to = job->room, *a = base, *b = middle;

    while (a < middle && b < end) {
        /* No branch: which one comes first is anybody's guess. */
        size_t second = (size_t)0 - (size_t)(job->compare(a, b, job->context) > 0);

        put(to, (char *)((uintptr_t)a ^ (((uintptr_t)a ^ (uintptr_t)b) & second)), size, kind);
        a += size & ~second;
        b += size & second;
        to += size;
    }
    memcpy(b - (middle - a), a, (size_t)(middle - a));
    memcpy(base, job->room, (size_t)(to - job->room));
}

#define SORT_OF_KIND(name, kind)                                            \
    static void name(const struct job *job, char *base, size_t count)       \
    {                                                                       \
        char *middle = base + count / 2 * job->size;                        \
                                                                            \
        if (count / 2 > 1)                                                  \
            name(job, base, count / 2);                                     \
        if (count - count / 2 > 1)                                          \
            name(job, middle, count - count / 2);                           \
        merge(job, base, middle, base + count * job->size, kind);           \
    }
SORT_OF_KIND(sort_words, WORD)
SORT_OF_KIND(sort_half_words, HALF_WORD)
SORT_OF_KIND(sort_by_words, WORDS)
SORT_OF_KIND(sort_bytes, BYTES)

static void merge_sort(const struct job *job, char *base, size_t count)
{
    if (job->size == 8)
        sort_words(job, base, count);
    else if (job->size == 4)
        sort_half_words(job, base, count);
    else if (job->size % 8 == 0)
        sort_by_words(job, base, count);
    else
        sort_bytes(job, base, count);
}

/* ---- large elements: pointers to them are sorted, then each is moved to its place ---- */

struct at_pointers {
    compare_r *compare;
    void *context;
};

static int compare_at(const void *a, const void *b, void *context)
{
    const struct at_pointers *at = context;

    return at->compare(*(char *const *)a, *(char *const *)b, at->context);
}

/* pointer[i] says which element belongs at i: each circle of them is moved by one. */
static void move_to_places(char *base, size_t count, size_t size, char **pointer, char *spare)
{
    for (size_t i = 0; i < count; i++) {
        char *hole = base + i * size, *next = pointer[i];

        if (next == hole)
            continue;
        memcpy(spare, hole, size);
        while (next != base + i * size) {
            size_t at = (size_t)(next - base) / size;

            memcpy(hole, next, size);
            pointer[(size_t)(hole - base) / size] = hole;
            hole = next;
            next = pointer[at];
        }
        memcpy(hole, spare, size);
        pointer[(size_t)(hole - base) / size] = hole;
    }
}

static void sort_large(const struct job *job, char *base, size_t count)
{
    char **pointer = (char **)job->room;
    struct at_pointers at = {job->compare, job->context};
    const struct job of_pointers = {job->room + count * sizeof *pointer, sizeof *pointer, compare_at, &at};

    for (size_t i = 0; i < count; i++)
        pointer[i] = base + i * job->size;
    merge_sort(&of_pointers, (char *)pointer, count);
    move_to_places(base, count, job->size, pointer, of_pointers.room + count * sizeof *pointer);
}

/* ---- without room ---- */

static void exchange(char *a, char *b, size_t size)
{
    for (; size--; a++, b++) {
        char kept = *a;

        *a = *b;
        *b = kept;
    }
}

static void sift(const struct job *job, char *base, size_t root, size_t count)
{
    size_t size = job->size, child;

    for (; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && job->compare(base + child * size, base + (child + 1) * size, job->context) < 0)
            child++;
        if (job->compare(base + root * size, base + child * size, job->context) >= 0)
            return;
        exchange(base + root * size, base + child * size, size);
    }
}

static void heap_sort(const struct job *job, char *base, size_t count)
{
    for (size_t i = count / 2; i-- > 0;)
        sift(job, base, i, count);
    while (count-- > 1) {
        exchange(base, base + count * job->size, job->size);
        sift(job, base, 0, count);
    }
}

void qsort_r(void *base, size_t count, size_t size, compare_r *compare, void *context)
{
    uint64_t on_stack[ROOM_ON_STACK / sizeof(uint64_t)];
    struct job job = {(char *)on_stack, size, compare, context};
    int large = size > MOVED_BY_POINTER;
    size_t room = large ? 2 * count * sizeof(char *) + size : count * size;
    void *block = NULL;

    if (count < 2 || !size)
        return;
    if (room > sizeof on_stack)
        job.room = block = malloc(room);
    if (!job.room)
        heap_sort(&job, base, count);
    else if (large)
        sort_large(&job, base, count);
    else
        merge_sort(&job, base, count);
    free(block);
}

/* A function that is given one argument more than it takes does not see it, in x86-64's calls. */
void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    qsort_r(base, count, size, (compare_r *)(void (*)(void))compare, NULL);
}
