/* SPDX-License-Identifier: MIT */
/*
 * strstr: C17 7.24.5.7. Places where three bytes fit (the first two, and the last of the next ones that is another one) are
 * found by vectors and compared. A text that fits almost everywhere would make that quadratic: when much more was compared
 * than passed, newlib's memmem (two-way) goes on.
 */
#include <string.h>

#include "vector.h"

enum { ALLOWANCE = 512, FACTOR = 8 }; /* bytes compared that are no sign of it */

static size_t fitting(const char *text, const char *wanted)
{
    size_t count = 0;

    while (wanted[count] && text[count] == wanted[count])
        count++;
    return count;
}

static char *by_two_way(const char *text, const char *wanted)
{
    return memmem(text, strlen(text), wanted, strlen(wanted));
}

/* The place of the third byte to look at, below `most`: one that differs from the first, if there is any. */
static size_t third_place(const char *wanted, size_t most)
{
    size_t place = 1, i;

    for (i = 1; i < most && wanted[i]; i++)
        if (wanted[i] != wanted[0])
            place = i;
    return place;
}

/* Two neighbouring vectors at a time, as one mask. The second one is read only if the text does not end in the first. */
#define DEFINE_SEARCH(NAME, V, WIDTH, TARGET)                                                   \
    TARGET static char *NAME(search)(const char *text, const char *wanted)                      \
    {                                                                                           \
        const size_t third = third_place(wanted, WIDTH);                                        \
        const V zero = NAME(fill)(0), a = NAME(fill)(wanted[0]), b = NAME(fill)(wanted[1]);     \
        const V c = NAME(fill)(wanted[third]);                                                  \
        const char *at = (const char *)((uintptr_t)text & -(uintptr_t)WIDTH);                   \
        uint32_t ignored = ~0u << (text - at);                                                  \
        size_t compared = 0;                                                                    \
        V x = NAME(load)(at);                                                                   \
                                                                                                \
        for (;; at += WIDTH, ignored = ~0u) {                                                   \
            const uint32_t end = NAME(equal)(x, zero) & ignored;                                \
            const V next = end ? zero : NAME(load)(at + WIDTH);                                 \
            const uint64_t seconds = NAME(equal)(x, b) | (uint64_t)NAME(equal)(next, b) << WIDTH; \
            const uint64_t thirds = NAME(equal)(x, c) | (uint64_t)NAME(equal)(next, c) << WIDTH; \
            uint32_t fits = NAME(equal)(x, a) & (uint32_t)(seconds >> 1) & (uint32_t)(thirds >> third) & ignored; \
                                                                                                \
            if (end)                                                                            \
                fits &= end ^ (end - 1);                                                        \
            for (; fits; fits &= fits - 1) {                                                    \
                const char *place = at + __builtin_ctz(fits);                                   \
                size_t count = fitting(place, wanted);                                          \
                                                                                                \
                if (!wanted[count])                                                             \
                    return (char *)(uintptr_t)place;                                            \
                compared += count;                                                              \
                if (compared > FACTOR * (size_t)(place - text) + ALLOWANCE)                     \
                    return by_two_way(place, wanted);                                           \
            }                                                                                   \
            if (end)                                                                            \
                return 0;                                                                       \
            x = next;                                                                           \
        }                                                                                       \
    }
#define NAME_V16(word) word##_v16
#define NAME_V32(word) word##_v32
DEFINE_SEARCH(NAME_V16, __m128i, 16, )
DEFINE_SEARCH(NAME_V32, __m256i, 32, AVX2)

char *strstr(const char *text, const char *wanted)
{
    if (!wanted[0])
        return (char *)(uintptr_t)text;
    if (!wanted[1])
        return strchr(text, wanted[0]);
    return future_vectors.avx2 ? search_v32(text, wanted) : search_v16(text, wanted);
}
