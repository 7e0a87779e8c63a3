/* SPDX-License-Identifier: MIT */
/* memcpy, mempcpy, memmove: C17 7.24.2, POSIX.1-2017. One function: what memmove costs more is one comparison. */
#include <string.h>

#include "vector.h"

#define V __m128i
#define WIDTH 16
#define NAME(word) word##_v16
#define TARGET
#include "move_template.h"

#define V __m256i
#define WIDTH 32
#define NAME(word) word##_v32
#define TARGET AVX2
#include "move_template.h"

enum { FAST_STRINGS_FROM = 4096, FAST_STRINGS_TO = 4 << 20 };

static inline void *move_short(char *to, const char *from, size_t bytes)
{
    if (bytes >= 16) {
        __m128i a = load_v16(from), b = load_v16(from + bytes - 16);

        store_v16(to, a);
        store_v16(to + bytes - 16, b);
    } else if (bytes >= 8) {
        uint64_t a = load_u64(from), b = load_u64(from + bytes - 8);

        store_u64(to, a);
        store_u64(to + bytes - 8, b);
    } else if (bytes >= 4) {
        uint32_t a = load_u32(from), b = load_u32(from + bytes - 4);

        store_u32(to, a);
        store_u32(to + bytes - 4, b);
    } else if (bytes >= 2) {
        uint16_t a = load_u16(from), b = load_u16(from + bytes - 2);

        store_u16(to, a);
        store_u16(to + bytes - 2, b);
    } else if (bytes) {
        *to = *from;
    }
    return to;
}

static inline void *move(void *to, const void *from, size_t bytes)
{
    if (bytes <= 32)
        return move_short(to, from, bytes);
    if (future_vectors.fast_strings && bytes >= FAST_STRINGS_FROM && bytes < FAST_STRINGS_TO &&
        (uintptr_t)to - (uintptr_t)from >= bytes && (uintptr_t)from - (uintptr_t)to >= bytes) {
        void *end = to;

        __asm__ volatile("rep movsb" : "+D"(end), "+S"(from), "+c"(bytes) : : "memory");
        return to;
    }
    if (bytes > 64 && future_vectors.avx2)
        return move_long_v32(to, from, bytes);
    return move_long_v16(to, from, bytes);
}

void *memmove(void *to, const void *from, size_t bytes) { return move(to, from, bytes); }

void *memcpy(void *restrict to, const void *restrict from, size_t bytes) { return move(to, from, bytes); }

void *mempcpy(void *restrict to, const void *restrict from, size_t bytes)
{
    return (char *)move(to, from, bytes) + bytes;
}
