/* SPDX-License-Identifier: MIT */
/*
 * strstr: C17 7.24.5.7. Places where the first two bytes fit are found by vectors and compared. A text that fits almost
 * everywhere would make that quadratic: when more was compared than passed, newlib's memmem (two-way) goes on.
 */
#include <string.h>

#include "vector.h"

enum { ALLOWANCE = 512 }; /* bytes compared for each 16 passed, before that is thought to happen */

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

char *strstr(const char *text, const char *wanted)
{
    const __m128i zero = fill_v16(0), first = fill_v16(wanted[0]), second = fill_v16(wanted[0] ? wanted[1] : 0);
    const char *at = (const char *)((uintptr_t)text & -(uintptr_t)16);
    uint32_t ignored = ~0u << (text - at);
    size_t compared = 0;

    if (!wanted[0])
        return (char *)(uintptr_t)text;
    if (!wanted[1])
        return strchr(text, wanted[0]);
    for (;; at += 16, ignored = ~0u) {
        const __m128i x = load_v16(at);
        uint32_t end = equal_v16(x, zero) & ignored;
        /* Of a first byte at the end of the vector the second one is not known. */
        uint32_t fits = equal_v16(x, first) & (equal_v16(x, second) >> 1 | 1u << 15) & ignored;

        if (end)
            fits &= end ^ (end - 1);
        for (; fits; fits &= fits - 1) {
            const char *place = at + __builtin_ctz(fits);
            size_t count = fitting(place, wanted);

            if (!wanted[count])
                return (char *)(uintptr_t)place;
            compared += count;
            if (compared > (size_t)(place - text) + ALLOWANCE)
                return by_two_way(place, wanted);
        }
        if (end)
            return 0;
    }
}
