/* SPDX-License-Identifier: MIT */
/* memcmp, strcmp, strncmp: C17 7.24.4. */
#include <string.h>

#include "vector.h"

enum { PAGE = 4096 };

static int differ_at(const char *a, const char *b, size_t at)
{
    return (uint8_t)a[at] - (uint8_t)b[at];
}

static int compare_words(uint64_t a, uint64_t b)
{
    a = __builtin_bswap64(a);
    b = __builtin_bswap64(b);
    return a < b ? -1 : a > b;
}

static int compare_short(const char *a, const char *b, size_t bytes)
{
    if (bytes >= 8) {
        uint64_t x = load_u64(a), y = load_u64(b);

        return x != y ? compare_words(x, y) : compare_words(load_u64(a + bytes - 8), load_u64(b + bytes - 8));
    }
    if (bytes >= 4) {
        uint32_t x = load_u32(a), y = load_u32(b);

        return x != y ? compare_words(x, y) : compare_words(load_u32(a + bytes - 4), load_u32(b + bytes - 4));
    }
    for (size_t i = 0; i < bytes; i++)
        if (a[i] != b[i])
            return differ_at(a, b, i);
    return 0;
}

#define DEFINE_COMPARE(NAME, V, WIDTH, FULL, TARGET)                                            \
    TARGET static int NAME(compare)(const char *a, const char *b, size_t bytes)                 \
    {                                                                                           \
        size_t i = 0;                                                                           \
        uint32_t same;                                                                          \
                                                                                                \
        for (; bytes - i >= 4 * WIDTH; i += 4 * WIDTH) {                                        \
            V p = NAME(differ)(NAME(load)(a + i), NAME(load)(b + i));                           \
            V q = NAME(differ)(NAME(load)(a + i + WIDTH), NAME(load)(b + i + WIDTH));           \
            V r = NAME(differ)(NAME(load)(a + i + 2 * WIDTH), NAME(load)(b + i + 2 * WIDTH));   \
            V s = NAME(differ)(NAME(load)(a + i + 3 * WIDTH), NAME(load)(b + i + 3 * WIDTH));   \
                                                                                                \
            if (NAME(equal)(NAME(either)(NAME(either)(p, q), NAME(either)(r, s)), NAME(fill)(0)) != FULL) \
                break;                                                                          \
        }                                                                                       \
        for (; bytes - i >= WIDTH; i += WIDTH)                                                  \
            if ((same = NAME(equal)(NAME(load)(a + i), NAME(load)(b + i))) != FULL)             \
                return differ_at(a, b, i + (size_t)__builtin_ctz(~same));                       \
        if (i == bytes)                                                                         \
            return 0;                                                                           \
        i = bytes - WIDTH;                                                                      \
        same = NAME(equal)(NAME(load)(a + i), NAME(load)(b + i));                               \
        return same == FULL ? 0 : differ_at(a, b, i + (size_t)__builtin_ctz(~same));            \
    }
#define NAME_V16(word) word##_v16
#define NAME_V32(word) word##_v32
DEFINE_COMPARE(NAME_V16, __m128i, 16, 0xffffu, )
DEFINE_COMPARE(NAME_V32, __m256i, 32, 0xffffffffu, AVX2)

int memcmp(const void *a, const void *b, size_t bytes)
{
    if (bytes < 16)
        return compare_short(a, b, bytes);
    if (bytes >= 32 && future_vectors.avx2)
        return compare_v32(a, b, bytes);
    return compare_v16(a, b, bytes);
}

/* So many bytes may be read from here: the next page need not be there. */
static inline size_t left_of_page(const char *at)
{
    return PAGE - ((uintptr_t)at & (PAGE - 1));
}

static inline size_t left_of_pages(const char *a, const char *b)
{
    size_t x = left_of_page(a), y = left_of_page(b);

    return x < y ? x : y;
}

#define DEFINE_COMPARE_TEXT(NAME, V, WIDTH, FULL, TARGET)                                       \
    /* Bit n: the texts end or differ at byte n. */                                             \
    TARGET static inline uint32_t NAME(ends)(const char *a, const char *b)                      \
    {                                                                                           \
        V x = NAME(load)(a);                                                                    \
                                                                                                \
        return (NAME(equal)(x, NAME(load)(b)) ^ FULL) | NAME(equal)(x, NAME(fill)(0));          \
    }                                                                                           \
    /* Bytes that are zero where the texts end or differ. */                                    \
    TARGET static inline V NAME(goes_on)(const char *a, const char *b)                          \
    {                                                                                           \
        V x = NAME(load)(a);                                                                    \
                                                                                                \
        return NAME(both)(NAME(same)(x, NAME(load)(b)), x);                                     \
    }                                                                                           \
    TARGET static int NAME(compare_text)(const char *a, const char *b, size_t most)             \
    {                                                                                           \
        size_t i = 0;                                                                           \
        uint32_t ends;                                                                          \
                                                                                                \
        while (i < most) {                                                                      \
            size_t left = left_of_pages(a + i, b + i);                                          \
                                                                                                \
            if (left < WIDTH && i < WIDTH) {                                                    \
                if (a[i] != b[i] || !a[i])                                                      \
                    return differ_at(a, b, i);                                                  \
                i++;                                                                            \
                continue;                                                                       \
            }                                                                                   \
            if (left < WIDTH) /* some of it again */                                            \
                i -= WIDTH - left;                                                              \
            if ((ends = NAME(ends)(a + i, b + i))) {                                            \
                i += (size_t)__builtin_ctz(ends);                                               \
                return i < most ? differ_at(a, b, i) : 0;                                       \
            }                                                                                   \
            i += WIDTH;                                                                         \
            while (i < most && left_of_pages(a + i, b + i) >= 4 * WIDTH) {                      \
                V p = NAME(goes_on)(a + i, b + i), q = NAME(goes_on)(a + i + WIDTH, b + i + WIDTH); \
                V r = NAME(goes_on)(a + i + 2 * WIDTH, b + i + 2 * WIDTH);                      \
                V s = NAME(goes_on)(a + i + 3 * WIDTH, b + i + 3 * WIDTH);                      \
                                                                                                \
                if (NAME(equal)(NAME(both)(NAME(both)(p, q), NAME(both)(r, s)), NAME(fill)(0))) \
                    break;                                                                      \
                i += 4 * WIDTH;                                                                 \
            }                                                                                   \
        }                                                                                       \
        return 0;                                                                               \
    }
DEFINE_COMPARE_TEXT(NAME_V16, __m128i, 16, 0xffffu, )
DEFINE_COMPARE_TEXT(NAME_V32, __m256i, 32, 0xffffffffu, AVX2)

int strncmp(const char *a, const char *b, size_t most)
{
    return future_vectors.avx2 ? compare_text_v32(a, b, most) : compare_text_v16(a, b, most);
}

int strcmp(const char *a, const char *b)
{
    return future_vectors.avx2 ? compare_text_v32(a, b, SIZE_MAX) : compare_text_v16(a, b, SIZE_MAX);
}
