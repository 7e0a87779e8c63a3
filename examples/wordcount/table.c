/* SPDX-License-Identifier: MIT */
/* Open addressing, linear probing; words are copied into large blocks, so that a million of them cost few mallocs. */
#include "table.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 1024, BLOCK_BYTES = 64 * 1024 };

struct block {
	struct block *next;
	size_t used, size;
	char bytes[];
};

static char *keep_word(struct table *table, const char *word, uint32_t length)
{
	struct block *block = table->blocks;

	if (!block || block->size - block->used < length) {
		size_t size = length > BLOCK_BYTES ? length : BLOCK_BYTES;

		block = malloc(sizeof *block + size);
		if (!block)
			return NULL;
		block->next = table->blocks;
		block->used = 0;
		block->size = size;
		table->blocks = block;
	}
	memcpy(block->bytes + block->used, word, length);
	block->used += length;
	return block->bytes + block->used - length;
}

static struct entry *find(struct entry *entries, size_t capacity, const char *word, uint32_t length, uint32_t hash)
{
	for (size_t at = hash & (capacity - 1);; at = (at + 1) & (capacity - 1)) {
		struct entry *entry = &entries[at];

		if (!entry->word)
			return entry;
		if (entry->hash == hash && entry->length == length && memcmp(entry->word, word, length) == 0)
			return entry;
	}
}

static int grow(struct table *table)
{
	size_t capacity = table->capacity ? table->capacity * 2 : FIRST_CAPACITY;
	struct entry *entries = calloc(capacity, sizeof *entries);

	if (!entries)
		return -1;
	for (size_t i = 0; i < table->capacity; i++) {
		struct entry *old = &table->entries[i];

		if (old->word)
			*find(entries, capacity, old->word, old->length, old->hash) = *old;
	}
	free(table->entries);
	table->entries = entries;
	table->capacity = capacity;
	return 0;
}

int table_add(struct table *table, const char *word, uint32_t length, uint32_t hash, uint64_t count)
{
	struct entry *entry;

	if (table->used * 2 >= table->capacity && grow(table) != 0)
		return -1;
	entry = find(table->entries, table->capacity, word, length, hash);
	if (!entry->word) {
		entry->word = keep_word(table, word, length);
		if (!entry->word)
			return -1;
		entry->length = length;
		entry->hash = hash;
		table->used++;
	}
	entry->count += count;
	return 0;
}

void table_free(struct table *table)
{
	while (table->blocks) {
		struct block *next = table->blocks->next;

		free(table->blocks);
		table->blocks = next;
	}
	free(table->entries);
	memset(table, 0, sizeof *table);
}
