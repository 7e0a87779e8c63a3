/* SPDX-License-Identifier: MIT
 * Classes of sizes: 16 … 128 by 16, then four for each doubling, up to 128 KiB. */
#ifndef FUTURE_MALLOC_SIZES_H
#define FUTURE_MALLOC_SIZES_H

#include <stddef.h>
#include <stdint.h>

enum {
    FUTURE_CLASSES = 48,
    FUTURE_EVEN_CLASSES = 8,              /* 16 bytes apart */
    FUTURE_TABLE_BYTES = 1024,            /* so far by a table */
    FUTURE_LARGEST_IN_SLICE = 16 << 10,   /* in pages of one slice */
    FUTURE_LARGEST_IN_PAGE = 128 << 10,   /* in pages of FUTURE_PAGE_SLICES; the rest are spans of their own */
    FUTURE_PAGE_SLICES = 8,
    FUTURE_SLICE_SHIFT = 16,
    FUTURE_SLICE = 1 << FUTURE_SLICE_SHIFT,
};

/* By (bytes + 15) / 16. */
extern const uint8_t future_class_table[FUTURE_TABLE_BYTES / 16 + 1];

static inline unsigned future_class_of_larger(size_t bytes)
{
    unsigned order = 63 - (unsigned)__builtin_clzll(bytes - 1);

    return FUTURE_EVEN_CLASSES + (order - 7) * 4 + (unsigned)((bytes - 1) >> (order - 2) & 3);
}

/* The smallest that holds so many bytes: 0 … FUTURE_LARGEST_IN_PAGE. */
static inline unsigned future_class_of(size_t bytes)
{
    return bytes <= FUTURE_TABLE_BYTES ? future_class_table[(bytes + 15) / 16] : future_class_of_larger(bytes);
}

static inline uint32_t future_class_bytes(unsigned class_number)
{
    unsigned above = class_number - FUTURE_EVEN_CLASSES;

    return class_number < FUTURE_EVEN_CLASSES ? 16 * (class_number + 1) : (32u << above / 4) * (above % 4 + 5);
}

/* From one block to the next. Every 1, 2 or 3 KiB, the beginnings of many blocks would have few lines of the caches to share. */
static inline uint32_t future_class_stride(unsigned class_number)
{
    uint32_t bytes = future_class_bytes(class_number);

    return bytes % 1024 == 0 && bytes < 4096 ? bytes + 64 : bytes;
}

#endif
