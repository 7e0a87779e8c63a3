/* SPDX-License-Identifier: MIT */
/* A hash table from words to counts that owns its words; one thread uses it at a time. */
#ifndef WORDCOUNT_TABLE_H
#define WORDCOUNT_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct entry {
	const char *word; /* length bytes, not NUL-terminated; NULL: free */
	uint32_t length;
	uint32_t hash;
	uint64_t count;
};

struct block; /* of word bytes */

struct table {
	struct entry *entries; /* a power of two of them, at most half full */
	size_t capacity, used;
	struct block *blocks;
};

/* Adds `count` to the word's count. 0, or -1 when there is no memory (the table is then as before). */
int table_add(struct table *table, const char *word, uint32_t length, uint32_t hash, uint64_t count);
void table_free(struct table *table);

/* FNV-1a, a byte at a time, from WORD_HASH_START. */
#define WORD_HASH_START 2166136261u
static inline uint32_t word_hash_step(uint32_t hash, unsigned char byte) { return (hash ^ byte) * 16777619u; }

#endif
