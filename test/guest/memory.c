/* SPDX-License-Identifier: MIT */
/*
 * malloc gives what there is: sizes that double, up to the MiB of the argument, one block of them, and all of it again in
 * small pieces; untouched memory costs nothing.
 */
#include <stdint.h>

#include "check.h"

enum { MIB = 1 << 20 };

/* Its ends, and some places between. */
static int holds(unsigned char *block, size_t bytes)
{
	size_t step = bytes / 16 + 1;

	for (size_t at = 0; at < bytes; at += step)
		block[at] = (unsigned char)(at / step + 1);
	block[bytes - 1] = 99;
	for (size_t at = 0; at < bytes - 1; at += step)
		if (block[at] != (unsigned char)(at / step + 1))
			return 0;
	return block[bytes - 1] == 99;
}

static void check_one(size_t bytes)
{
	unsigned char *block = malloc(bytes);

	if (!block)
		fprintf(stderr, "memory: no block of %zu MiB\n", bytes / MIB);
	CHECK(block && holds(block, bytes));
	free(block);
}

int main(int argc, char **argv)
{
	size_t most = (argc > 1 ? strtoul(argv[1], NULL, 10) : 512) * (size_t)MIB, bytes;
	void **pieces = NULL;
	size_t count = 0;
	unsigned char *grown = NULL;

	for (bytes = 1; bytes <= most / 4; bytes *= 2) {
		unsigned char *larger = realloc(grown, bytes);

		CHECK(larger != NULL);
		if (!larger)
			break;
		grown = larger;
		CHECK(holds(grown, bytes));
	}
	free(grown);
	for (bytes = 1; bytes < most; bytes *= 2)
		check_one(bytes);
	check_one(most);
	/* Freed memory is used again, and small pieces find room in it. */
	for (bytes = 0; bytes < most / 64; bytes += 1000, count++) {
		void **piece = malloc(1000);

		CHECK(piece != NULL);
		if (!piece)
			break;
		memset(piece, 0x5a, 1000);
		*piece = pieces;
		pieces = piece;
	}
	while (pieces) {
		void **next = *pieces;

		free(pieces);
		pieces = next;
		count--;
	}
	CHECK(count == 0);
	CHECK(malloc(SIZE_MAX / 4) == NULL);
	return check_result("memory");
}
