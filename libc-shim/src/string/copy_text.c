/* SPDX-License-Identifier: MIT */
/* Functions that copy texts: C17 7.24.2, 7.24.3, POSIX.1-2017. */
#include <string.h>

#include "vector.h"

enum { PAGE = 4096 };

/* One pass: aligned vectors of the source, the last one overlapping the one before. To the copied zero. */
#define DEFINE_COPY_TEXT(NAME, V, WIDTH, TARGET)                                       \
    TARGET static char *NAME(copy_text)(char *to, const char *from)                    \
    {                                                                                  \
        const char *const begin = from;                                                \
        const V zero = NAME(fill)(0);                                                  \
        uint32_t ends;                                                                 \
        V x;                                                                           \
                                                                                       \
        if (((uintptr_t)from & (PAGE - 1)) > PAGE - WIDTH || NAME(equal)(x = NAME(load)(from), zero)) { \
            size_t length = strnlen(from, WIDTH);                                      \
                                                                                       \
            memcpy(to, from, length + (length < WIDTH));                               \
            if (length < WIDTH)                                                        \
                return to + length;                                                    \
        } else {                                                                       \
            NAME(store)(to, x);                                                        \
        }                                                                              \
        from = (const char *)(((uintptr_t)from + WIDTH) & -(uintptr_t)WIDTH);          \
        while (!(ends = NAME(equal)(x = NAME(load)(from), zero))) {                    \
            NAME(store)(to + (from - begin), x);                                       \
            from += WIDTH;                                                             \
        }                                                                              \
        from += __builtin_ctz(ends);                                                   \
        to += from - begin;                                                            \
        NAME(store)(to - WIDTH + 1, NAME(load)(from - WIDTH + 1));                     \
        return to;                                                                     \
    }
#define NAME_V16(word) word##_v16
#define NAME_V32(word) word##_v32
DEFINE_COPY_TEXT(NAME_V16, __m128i, 16, )
DEFINE_COPY_TEXT(NAME_V32, __m256i, 32, AVX2)

char *stpcpy(char *restrict to, const char *restrict from)
{
    return future_vectors.avx2 ? copy_text_v32(to, from) : copy_text_v16(to, from);
}

char *strcpy(char *restrict to, const char *restrict from)
{
    stpcpy(to, from);
    return to;
}

char *stpncpy(char *restrict to, const char *restrict from, size_t bytes)
{
    size_t length = strnlen(from, bytes);

    memcpy(to, from, length);
    memset(to + length, 0, bytes - length);
    return to + length;
}

char *strncpy(char *restrict to, const char *restrict from, size_t bytes)
{
    stpncpy(to, from, bytes);
    return to;
}

char *strcat(char *restrict to, const char *restrict from)
{
    strcpy(to + strlen(to), from);
    return to;
}

char *strncat(char *restrict to, const char *restrict from, size_t most)
{
    size_t length = strnlen(from, most);
    char *end = to + strlen(to);

    memcpy(end, from, length);
    end[length] = 0;
    return to;
}
