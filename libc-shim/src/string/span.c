/* SPDX-License-Identifier: MIT */
/* strspn, strcspn, strpbrk: C17 7.24.5. A table of the set's bytes: one look for each byte of the text. */
#include <string.h>

#include "vector.h"

/* Of bytes that are in the set (or that are not); zero, which ends the text, counts as the other kind. */
static size_t span(const char *text, const char *set, bool in)
{
    bool stops[256];
    const uint8_t *at = (const uint8_t *)text;

    memset(stops, in, sizeof stops);
    for (; *set; set++)
        stops[(uint8_t)*set] = !in;
    stops[0] = true;
    while (!stops[*at])
        at++;
    return (size_t)((const char *)at - text);
}

size_t strspn(const char *text, const char *set) { return span(text, set, true); }

size_t strcspn(const char *text, const char *set)
{
    if (!set[0] || !set[1]) /* the usual case: up to one byte */
        return (size_t)(strchrnul(text, set[0]) - text);
    return span(text, set, false);
}

char *strpbrk(const char *text, const char *set)
{
    text += strcspn(text, set);
    return *text ? (char *)(uintptr_t)text : 0;
}
