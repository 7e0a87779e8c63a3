/* SPDX-License-Identifier: MIT */
/*
 * Streams over files against a model in memory: reads and writes of all sizes by all functions, seeks, ungetc, buffers of
 * any kind. What does not agree is said; the sums of what was read are printed.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILES = 30, STEPS = 120, LARGEST = 1 << 19 };

static uint64_t state = 0x9e3779b97f4a7c15u;
static unsigned char model[LARGEST * 2], piece[LARGEST + 1];
static size_t model_size, at; /* where the stream is */
static uint64_t sum;
static int sizes; /* how many of the largest sizes are used: few where each byte is a call */

static uint64_t any(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state * 2685821657736338717u >> 11) % below;
}

/* Mostly small, at times some blocks, at times as much as there is. */
static size_t any_size(void)
{
	static const size_t most[] = {2, 20, 300, 5000, 40000, LARGEST - 1};

	return (size_t)any(most[any((uint64_t)sizes)]) + 1;
}

static void wrong(const char *what, size_t got, size_t wanted)
{
	printf("%s at %zu of %zu: %zu instead of %zu\n", what, at, model_size, got, wanted);
	exit(1);
}

static void note(const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		sum = (sum ^ ((const unsigned char *)bytes)[i]) * 1099511628211u;
}

/* `size` bytes were read into `piece`; as many as there are were to be. */
static void check_read(const char *what, size_t size, size_t asked)
{
	size_t left = model_size - at, wanted = asked < left ? asked : left;

	if (size != wanted)
		wrong(what, size, wanted);
	if (memcmp(piece, model + at, size))
		wrong(what, piece[0], model[at]);
	note(piece, size);
	at += size;
}

static void read_some(FILE *file)
{
	size_t asked = any_size(), size = 0, left = model_size - at;
	int c;

	switch (any(5)) {
	case 0:
		check_read("fread", fread(piece, 1, asked, file), asked);
		return;
	case 1:
		if (fread(piece, 7, asked / 7, file) != (asked / 7 * 7 < left ? asked / 7 : left / 7))
			wrong("fread by sevens", asked / 7, left / 7);
		at += asked / 7 * 7 < left ? asked / 7 * 7 : left;
		note(piece, asked / 7 * 7 < left ? asked / 7 * 7 : left / 7 * 7);
		return;
	case 2:
		while (size < asked && (c = any(2) ? getc(file) : fgetc(file)) != EOF)
			piece[size++] = (unsigned char)c;
		check_read("getc", size, asked);
		return;
	case 3:
		if ((c = getc(file)) == EOF)
			return;
		if (ungetc(c, file) != c || getc(file) != c)
			wrong("ungetc", 0, (size_t)c);
		piece[0] = (unsigned char)c;
		check_read("getc after ungetc", 1, 1);
		return;
	default:
		if (asked < 2 || !fgets((char *)piece, (int)(asked < 3000 ? asked : 3000), file))
			return;
		check_read("fgets", strlen((char *)piece), strlen((char *)piece));
	}
}

static void write_some(FILE *file)
{
	size_t size = any_size();

	if (at + size > sizeof model)
		size = 1;
	for (size_t i = 0; i < size; i++)
		piece[i] = (unsigned char)(any(30) ? 'a' + i % 26 : '\n');
	piece[size] = 0;
	switch (any(4)) {
	case 0:
		if (fwrite(piece, 1, size, file) != size)
			wrong("fwrite", 0, size);
		break;
	case 1:
		for (size_t i = 0; i < size; i++)
			if ((any(2) ? putc(piece[i], file) : fputc(piece[i], file)) != piece[i])
				wrong("putc", i, size);
		break;
	case 2:
		if (fputs((char *)piece, file) < 0)
			wrong("fputs", 0, size);
		break;
	default:
		if (fprintf(file, "%.*s%s", (int)(size / 2), (char *)piece, (char *)piece + size / 2) != (int)size)
			wrong("fprintf", 0, size);
	}
	memcpy(model + at, piece, size);
	at += size;
	model_size = at > model_size ? at : model_size;
}

static void seek_some(FILE *file)
{
	size_t to = (size_t)any(model_size + 1);
	int whence = (int)any(3);
	long offset = whence == SEEK_SET ? (long)to : whence == SEEK_CUR ? (long)to - (long)at : (long)to - (long)model_size;

	if (any(4) == 0)
		to = at, offset = 0, whence = SEEK_CUR;
	if (fseek(file, offset, whence) || ftell(file) != (long)to)
		wrong("fseek", (size_t)ftell(file), to);
	at = to;
}

static void use(FILE *file)
{
	for (int step = 0; step < STEPS; step++) {
		seek_some(file); /* between reading and writing there must be one */
		for (int n = (int)any(4); n; n--)
			read_some(file);
		if (any(3) == 0) {
			seek_some(file);
			for (int n = (int)any(4); n; n--)
				write_some(file);
		}
		if (any(50) == 0 && fflush(file))
			wrong("fflush", 0, 0);
		if (model_size > LARGEST)
			break;
	}
}

static void compare_file(const char *name)
{
	FILE *file = fopen(name, "r");

	if (!file)
		exit(1);
	at = 0;
	for (size_t size; at < model_size; check_read("whole file", size, size))
		if (!(size = fread(piece, 1, LARGEST, file)))
			wrong("end", at, model_size);
	if (getc(file) != EOF || !feof(file) || ferror(file))
		wrong("behind the end", 0, 0);
	fclose(file);
}

int main(void)
{
	static const size_t buffers[] = {0, 1, 2, 100, 4096, 70000};
	static char buffer[70000];
	char name[] = "/tmp/future-files-XXXXXX";
	int descriptor = mkstemp(name);

	if (descriptor < 0)
		return 1;
	close(descriptor);
	for (int i = 0; i < FILES; i++) {
		FILE *file = fopen(name, "w+");
		size_t size = buffers[any(6)];

		if (!file)
			return 1;
		sizes = 6;
		if (any(2)) {
			int mode = !size ? _IONBF : any(2) ? _IOFBF : _IOLBF;

			sizes = mode == _IOFBF && size >= 100 ? 6 : 2;
			setvbuf(file, size ? buffer : NULL, mode, size);
		}
		model_size = at = 0;
		use(file);
		if (fclose(file))
			return 1;
		compare_file(name);
		printf("%d %zu %llx\n", i, model_size, (unsigned long long)sum);
	}
	remove(name);
	return 0;
}
