/* SPDX-License-Identifier: MIT */
/*
 * What the functions of this folder share: two widths of vectors, and which of them the processor has. Each file's inner
 * loops are a template, included once for either width; SSE2 is what every x86-64 has.
 *
 * Blocks are read whole where one byte of them may be read: an aligned vector never crosses a page.
 */
#ifndef FUTURE_STRING_VECTOR_H
#define FUTURE_STRING_VECTOR_H

#include <immintrin.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All false until choose.c has asked, early in the program: everything works without. */
struct future_vectors {
    bool avx2;         /* and the system keeps its registers */
    bool fast_strings; /* `rep movsb` and `rep stosb` are fast (ERMS) */
    bool rounding;     /* roundsd (SSE4.1), for ../math */
    bool fma;          /* and the system keeps its registers; for ../math */
};
extern struct future_vectors future_vectors;

#define LIKELY(condition) __builtin_expect(!!(condition), 1)
#define AVX2 __attribute__((target("avx2")))

/* Reads and writes of any alignment and type. */
#define DEFINE_WORD(type, name)                                                    \
    typedef type __attribute__((may_alias, aligned(1))) any_##name;                \
    static inline type load_##name(const void *from) { return *(const any_##name *)from; } \
    static inline void store_##name(void *to, type value) { *(any_##name *)to = value; }
DEFINE_WORD(uint16_t, u16)
DEFINE_WORD(uint32_t, u32)
DEFINE_WORD(uint64_t, u64)

static inline __m128i load_v16(const void *from) { return _mm_loadu_si128((const __m128i_u *)from); }
static inline void store_v16(void *to, __m128i value) { _mm_storeu_si128((__m128i_u *)to, value); }
/* Bit n: the bytes n are equal. */
static inline uint32_t equal_v16(__m128i a, __m128i b) { return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(a, b)); }
static inline __m128i fill_v16(int byte) { return _mm_set1_epi8((char)byte); }
/* Bytes that are zero where either is. */
static inline __m128i both_v16(__m128i a, __m128i b) { return _mm_min_epu8(a, b); }
/* Bytes that are zero where the two are equal. */
static inline __m128i differ_v16(__m128i a, __m128i b) { return _mm_xor_si128(a, b); }
/* 0xff where the two are equal, zero elsewhere. */
static inline __m128i same_v16(__m128i a, __m128i b) { return _mm_cmpeq_epi8(a, b); }
static inline __m128i either_v16(__m128i a, __m128i b) { return _mm_or_si128(a, b); }

AVX2 static inline __m256i load_v32(const void *from) { return _mm256_loadu_si256((const __m256i_u *)from); }
AVX2 static inline void store_v32(void *to, __m256i value) { _mm256_storeu_si256((__m256i_u *)to, value); }
AVX2 static inline uint32_t equal_v32(__m256i a, __m256i b) { return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, b)); }
AVX2 static inline __m256i fill_v32(int byte) { return _mm256_set1_epi8((char)byte); }
AVX2 static inline __m256i both_v32(__m256i a, __m256i b) { return _mm256_min_epu8(a, b); }
AVX2 static inline __m256i differ_v32(__m256i a, __m256i b) { return _mm256_xor_si256(a, b); }
AVX2 static inline __m256i same_v32(__m256i a, __m256i b) { return _mm256_cmpeq_epi8(a, b); }
AVX2 static inline __m256i either_v32(__m256i a, __m256i b) { return _mm256_or_si256(a, b); }

#endif
