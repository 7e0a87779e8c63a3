/* SPDX-License-Identifier: MIT */
/* Functions that look for one byte: C17 7.24.5, POSIX.1-2017; memrchr, rawmemchr and strchrnul as in Linux's libc. */
#include <string.h>

#include "vector.h"

#define V __m128i
#define WIDTH 16
#define MASK uint32_t
#define NAME(word) word##_v16
#define TARGET
#include "find_template.h"

#define V __m256i
#define WIDTH 32
#define MASK uint32_t
#define NAME(word) word##_v32
#define TARGET AVX2
#include "find_template.h"

size_t strlen(const char *text)
{
    return (size_t)((future_vectors.avx2 ? find_zero_v32(text) : find_zero_v16(text)) - text);
}

void *rawmemchr(const void *from, int byte)
{
    return (void *)(uintptr_t)(future_vectors.avx2 ? find_byte_v32(from, byte) : find_byte_v16(from, byte));
}

char *strchrnul(const char *text, int byte)
{
    return (char *)(uintptr_t)(future_vectors.avx2 ? find_byte_or_zero_v32(text, byte) : find_byte_or_zero_v16(text, byte));
}

char *strchr(const char *text, int byte)
{
    char *found = strchrnul(text, byte);

    return *found == (char)byte ? found : 0;
}

void *memchr(const void *from, int byte, size_t bytes)
{
    const char *end = (const char *)from + bytes;

    if (bytes == 0)
        return 0;
    if ((uintptr_t)end < (uintptr_t)from) /* "as long as it takes" */
        end = (const char *)UINTPTR_MAX;
    return (void *)(uintptr_t)(future_vectors.avx2 ? find_before_v32(from, end, byte) : find_before_v16(from, end, byte));
}

size_t strnlen(const char *text, size_t most)
{
    const char *end = memchr(text, 0, most);

    return end ? (size_t)(end - text) : most;
}

void *memrchr(const void *from, int byte, size_t bytes)
{
    const char *const begin = from, *end = begin + bytes;
    const __m128i wanted = fill_v16(byte);

    while (end - begin >= 16) {
        uint32_t mask = equal_v16(load_v16(end - 16), wanted);

        if (mask)
            return (void *)(uintptr_t)(end - 16 + (31 - __builtin_clz(mask)));
        end -= 16;
    }
    while (end > begin)
        if (*--end == (char)byte)
            return (void *)(uintptr_t)end;
    return 0;
}

char *strrchr(const char *text, int byte)
{
    return memrchr(text, byte, strlen(text) + 1);
}
