/* SPDX-License-Identifier: MIT */
/* memset: C17 7.24.6.1. */
#include <string.h>

#include "vector.h"

#define DEFINE_SET(NAME, V, WIDTH, TARGET)                                             \
    TARGET static void *NAME(set_long)(char *to, int byte, size_t bytes)               \
    {                                                                                  \
        const V value = NAME(fill)(byte);                                              \
        char *const end = to + bytes, *at = (char *)(((uintptr_t)to + WIDTH) & -(uintptr_t)WIDTH); \
                                                                                       \
        NAME(store)(to, value);                                                        \
        for (; at < end - 4 * WIDTH; at += 4 * WIDTH) {                                \
            NAME(store)(at, value);                                                    \
            NAME(store)(at + WIDTH, value);                                            \
            NAME(store)(at + 2 * WIDTH, value);                                        \
            NAME(store)(at + 3 * WIDTH, value);                                        \
        }                                                                              \
        if (bytes >= 4 * WIDTH) {                                                      \
            NAME(store)(end - 4 * WIDTH, value);                                       \
            NAME(store)(end - 3 * WIDTH, value);                                       \
        } else {                                                                       \
            NAME(store)(to + WIDTH, value);                                            \
        }                                                                              \
        NAME(store)(end - 2 * WIDTH, value);                                           \
        NAME(store)(end - WIDTH, value);                                               \
        return to;                                                                     \
    }
#define NAME_V16(word) word##_v16
#define NAME_V32(word) word##_v32
DEFINE_SET(NAME_V16, __m128i, 16, )
DEFINE_SET(NAME_V32, __m256i, 32, AVX2)

enum { FAST_STRINGS_FROM = 4096 };

static inline void *set_short(char *to, int byte, size_t bytes)
{
    const uint64_t value = 0x0101010101010101 * (uint8_t)byte;

    if (bytes >= 16) {
        store_v16(to, fill_v16(byte));
        store_v16(to + bytes - 16, fill_v16(byte));
    } else if (bytes >= 8) {
        store_u64(to, value);
        store_u64(to + bytes - 8, value);
    } else if (bytes >= 4) {
        store_u32(to, (uint32_t)value);
        store_u32(to + bytes - 4, (uint32_t)value);
    } else if (bytes >= 2) {
        store_u16(to, (uint16_t)value);
        store_u16(to + bytes - 2, (uint16_t)value);
    } else if (bytes) {
        *to = (char)byte;
    }
    return to;
}

void *memset(void *to, int byte, size_t bytes)
{
    if (bytes <= 32)
        return set_short(to, byte, bytes);
    if (future_vectors.fast_strings && bytes >= FAST_STRINGS_FROM) {
        void *end = to;

        __asm__ volatile("rep stosb" : "+D"(end), "+c"(bytes) : "a"(byte) : "memory");
        return to;
    }
    if (bytes > 64 && future_vectors.avx2)
        return set_long_v32(to, byte, bytes);
    return set_long_v16(to, byte, bytes);
}
