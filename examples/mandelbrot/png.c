/* SPDX-License-Identifier: MIT */
/* PNG chunks, CRC-32 and Adler-32 as the specification (RFC 2083, RFC 1950) gives them. */
#include "png.h"

enum { STORED_MAX = 65535 };

struct chunk {
	FILE *to;
	uint32_t crc, adler_a, adler_b;
};

static uint32_t crc_table[256];

static void fill_crc_table(void)
{
	for (uint32_t n = 0; n < 256; n++) {
		uint32_t c = n;

		for (int bit = 0; bit < 8; bit++)
			c = c & 1 ? 0xedb88320u ^ c >> 1 : c >> 1;
		crc_table[n] = c;
	}
}

static void put(struct chunk *chunk, const uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		chunk->crc = crc_table[(chunk->crc ^ bytes[i]) & 255] ^ chunk->crc >> 8;
	fwrite(bytes, 1, count, chunk->to);
}

static void put32(struct chunk *chunk, uint32_t value)
{
	const uint8_t bytes[4] = {value >> 24, value >> 16, value >> 8, value};

	put(chunk, bytes, sizeof bytes);
}

static struct chunk begin(FILE *to, uint32_t length, const char *type)
{
	struct chunk chunk = {to, 0, 1, 0};

	put32(&chunk, length);
	chunk.crc = 0xffffffffu;
	put(&chunk, (const uint8_t *)type, 4);
	return chunk;
}

static void end(struct chunk *chunk) { put32(chunk, ~chunk->crc); }

/* One image byte: part of the stored data and of its Adler-32. */
static void put_data(struct chunk *chunk, const uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		chunk->adler_a = (chunk->adler_a + bytes[i]) % 65521;
		chunk->adler_b = (chunk->adler_b + chunk->adler_a) % 65521;
	}
	put(chunk, bytes, count);
}

/* One row a stored block: filter type 0, then the indices. */
static void put_row(struct chunk *chunk, const uint8_t *row, uint32_t width, int last)
{
	const uint32_t length = width + 1;
	const uint8_t head[5] = {(uint8_t)last, length, length >> 8, ~length, ~length >> 8};
	const uint8_t filter = 0;

	put(chunk, head, sizeof head);
	put_data(chunk, &filter, 1);
	put_data(chunk, row, width);
}

int png_write(FILE *to, const uint8_t *pixels, uint32_t width, uint32_t height, const uint8_t palette[256][3])
{
	static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
	static const uint8_t format[5] = {8, 3, 0, 0, 0}; /* 8 bits, palette, deflate, adaptive filters, no interlace */
	static const uint8_t zlib_head[2] = {0x78, 0x01};
	struct chunk chunk;

	if (width + 1 > STORED_MAX)
		return -1;
	fill_crc_table();
	fwrite(signature, 1, sizeof signature, to);
	chunk = begin(to, 13, "IHDR");
	put32(&chunk, width);
	put32(&chunk, height);
	put(&chunk, format, sizeof format);
	end(&chunk);
	chunk = begin(to, 768, "PLTE");
	put(&chunk, palette[0], 768);
	end(&chunk);
	chunk = begin(to, 2 + height * (5 + 1 + width) + 4, "IDAT");
	put(&chunk, zlib_head, sizeof zlib_head);
	for (uint32_t y = 0; y < height; y++)
		put_row(&chunk, pixels + (size_t)y * width, width, y + 1 == height);
	put32(&chunk, chunk.adler_b << 16 | chunk.adler_a);
	end(&chunk);
	chunk = begin(to, 0, "IEND");
	end(&chunk);
	return fflush(to) == 0 && !ferror(to) ? 0 : -1;
}
