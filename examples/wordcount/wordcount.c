/* SPDX-License-Identifier: MIT */
/*
 * Word frequencies of text files, counted in parallel: the same source runs on Future and on plain Linux, and gives
 * what coreutils give:
 *   cat FILES | tr -cs A-Za-z '\n' | tr A-Z a-z | grep . | LC_ALL=C sort | uniq -c | LC_ALL=C sort -k1,1nr -k2
 *
 * Work is cut into pieces of 1 MiB; threads take pieces from a shared queue. A word belongs to the piece in which it
 * starts.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "table.h"

enum { PIECE_BYTES = 1 << 20, OVERLAP_BYTES = 4096, MAX_THREADS = 4096 };

struct file {
	const char *name;
	int fd;
	off_t size, first_piece; /* pieces of all files are numbered through */
};

struct worker {
	pthread_t thread;
	struct table table;
	char *buffer;
	size_t buffer_bytes;
	uint64_t words, bytes;
};

static struct file *files;
static int file_count;
static off_t piece_count;
static atomic_long next_piece;
static atomic_int failed;

/* 0: not a letter; else its lower case. */
static unsigned char lower_letter[256];

static void fill_letters(void)
{
	for (int c = 'a'; c <= 'z'; c++)
		lower_letter[c] = lower_letter[c - 'a' + 'A'] = (unsigned char)c;
}

static void fail(const char *what, const char *name, int error)
{
	if (!atomic_exchange(&failed, 1))
		fprintf(stderr, "wordcount: %s%s%s: %s\n", what, *name ? " " : "", name, strerror(error));
}

static ssize_t read_fully(int fd, char *to, size_t count, off_t offset)
{
	size_t done = 0;

	while (done < count) {
		ssize_t got = pread(fd, to + done, count - done, offset + (off_t)done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

static const struct file *file_of_piece(off_t piece)
{
	int low = 0, high = file_count - 1;

	while (low < high) {
		int middle = (low + high + 1) / 2;

		if (files[middle].first_piece <= piece)
			low = middle;
		else
			high = middle - 1;
	}
	return &files[low];
}

/* Counts the words that start in text[0, limit); text holds `end` >= limit bytes. */
static int count_words(struct worker *worker, char *text, size_t start, size_t limit, size_t end)
{
	size_t at = start;

	for (;;) {
		uint32_t hash = WORD_HASH_START;
		size_t word;
		unsigned char letter;

		while (at < limit && !lower_letter[(unsigned char)text[at]])
			at++;
		if (at >= limit)
			return 0;
		for (word = at; at < end && (letter = lower_letter[(unsigned char)text[at]]) != 0; at++) {
			hash = word_hash_step(hash, letter);
			text[at] = (char)letter;
		}
		worker->words++;
		if (table_add(&worker->table, text + word, (uint32_t)(at - word), hash, 1) != 0)
			return -1;
	}
}

static int letters_only(const char *text, size_t from, size_t to)
{
	while (from < to && lower_letter[(unsigned char)text[from]])
		from++;
	return from == to;
}

/*
 * Reads a piece, the byte before it, and as much behind it as its last word needs. Returns the bytes read, or -1.
 */
static ssize_t read_piece(struct worker *worker, const struct file *file, size_t before, off_t offset)
{
	size_t limit = before + PIECE_BYTES;

	for (;;) {
		ssize_t got = read_fully(file->fd, worker->buffer, worker->buffer_bytes, offset - (off_t)before);
		char *larger;

		if (got < 0)
			fail("cannot read", file->name, errno);
		if (got < (ssize_t)worker->buffer_bytes || !letters_only(worker->buffer, limit - 1, (size_t)got))
			return got;
		larger = realloc(worker->buffer, worker->buffer_bytes * 2);
		if (!larger)
			return fail("no memory", "", ENOMEM), -1;
		worker->buffer = larger;
		worker->buffer_bytes *= 2;
	}
}

static int count_piece(struct worker *worker, off_t piece)
{
	const struct file *file = file_of_piece(piece);
	off_t offset = (piece - file->first_piece) * PIECE_BYTES;
	size_t before = offset > 0, start = before, limit;
	ssize_t got = read_piece(worker, file, before, offset);

	if (got < 0)
		return -1;
	limit = (size_t)got < before + PIECE_BYTES ? (size_t)got : before + PIECE_BYTES;
	if (before && got > 0 && lower_letter[(unsigned char)worker->buffer[0]])
		while (start < (size_t)got && lower_letter[(unsigned char)worker->buffer[start]])
			start++;
	worker->bytes += limit > before ? limit - before : 0;
	if (count_words(worker, worker->buffer, start, limit, (size_t)got) != 0) {
		fail("no memory", "", ENOMEM);
		return -1;
	}
	return 0;
}

static void *work(void *argument)
{
	struct worker *worker = argument;

	worker->buffer_bytes = 1 + PIECE_BYTES + OVERLAP_BYTES;
	worker->buffer = malloc(worker->buffer_bytes);
	if (!worker->buffer) {
		fail("no memory", "", ENOMEM);
		return NULL;
	}
	while (!atomic_load(&failed)) {
		off_t piece = atomic_fetch_add(&next_piece, 1);

		if (piece >= piece_count || count_piece(worker, piece) != 0)
			break;
	}
	free(worker->buffer);
	return NULL;
}

static int by_count(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	uint32_t shorter = a->length < b->length ? a->length : b->length;
	int order;

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	order = memcmp(a->word, b->word, shorter);
	return order ? order : (a->length > b->length) - (a->length < b->length);
}

static int open_files(char **names, int count)
{
	files = calloc((size_t)count, sizeof *files);
	if (!files)
		return fail("no memory", "", ENOMEM), -1;
	for (file_count = 0; file_count < count; file_count++) {
		struct file *file = &files[file_count];
		struct stat status;

		file->name = names[file_count];
		file->fd = open(file->name, O_RDONLY);
		if (file->fd < 0 || fstat(file->fd, &status) != 0)
			return fail("cannot open", file->name, errno), -1;
		if (S_ISDIR(status.st_mode))
			return fail("cannot read", file->name, EISDIR), -1;
		file->size = status.st_size;
		file->first_piece = piece_count;
		piece_count += (file->size + PIECE_BYTES - 1) / PIECE_BYTES;
	}
	return 0;
}

static int merge(struct table *into, const struct table *from)
{
	for (size_t i = 0; i < from->capacity; i++) {
		const struct entry *entry = &from->entries[i];

		if (entry->word && table_add(into, entry->word, entry->length, entry->hash, entry->count) != 0)
			return -1;
	}
	return 0;
}

static int print(struct table *table, long top)
{
	struct entry *sorted = table->entries;
	size_t count = 0;

	for (size_t i = 0; i < table->capacity; i++)
		if (sorted[i].word)
			sorted[count++] = sorted[i];
	if (count)
		qsort(sorted, count, sizeof *sorted, by_count);
	for (size_t i = 0; i < count && (top < 0 || (long)i < top); i++)
		if (printf("%7llu %.*s\n", (unsigned long long)sorted[i].count, (int)sorted[i].length, sorted[i].word) < 0)
			return -1;
	return fflush(stdout) == 0 ? 0 : -1;
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int usage(FILE *to, int status)
{
	fputs("usage: wordcount [-t THREADS] [-n TOP] [-v] FILE...\n"
	      "Counts words (runs of ASCII letters, in lower case) and prints them, most frequent first.\n"
	      "  -t THREADS  worker threads (default: 4 for each core)\n"
	      "  -n TOP      print only the TOP most frequent words\n"
	      "  -v          say on stderr what was done, and how fast\n", to);
	return status;
}

static int run(long threads, long top, int verbose)
{
	double start = seconds();
	struct worker *workers = calloc((size_t)threads, sizeof *workers);
	struct table total = {0};
	uint64_t words = 0, bytes = 0;
	long started = 0;

	if (!workers)
		return fail("no memory", "", ENOMEM), 1;
	for (; started < threads; started++) {
		int error = pthread_create(&workers[started].thread, NULL, work, &workers[started]);

		if (error) {
			fail("cannot create a thread", "", error);
			break;
		}
	}
	for (long i = 0; i < started; i++) {
		pthread_join(workers[i].thread, NULL);
		words += workers[i].words;
		bytes += workers[i].bytes;
		if (merge(&total, &workers[i].table) != 0)
			fail("no memory", "", ENOMEM);
		table_free(&workers[i].table);
	}
	free(workers);
	if (atomic_load(&failed))
		return 1;
	if (verbose)
		fprintf(stderr, "wordcount: %llu words, %zu different, in %.1f MiB of %d file%s; %ld threads; %.3f s\n",
			(unsigned long long)words, total.used, (double)bytes / (1 << 20), file_count,
			file_count == 1 ? "" : "s", threads, seconds() - start);
	if (print(&total, top) != 0)
		fail("cannot write", "the result", errno);
	table_free(&total);
	return atomic_load(&failed) ? 1 : 0;
}

int main(int argc, char **argv)
{
	long threads = 4 * sysconf(_SC_NPROCESSORS_ONLN), top = -1;
	int option, verbose = 0;

	while ((option = getopt(argc, argv, "t:n:vh")) != -1) {
		switch (option) {
		case 't': threads = strtol(optarg, NULL, 10); break;
		case 'n': top = strtol(optarg, NULL, 10); break;
		case 'v': verbose = 1; break;
		case 'h': return usage(stdout, 0);
		default: return usage(stderr, 2);
		}
	}
	if (threads < 1 || threads > MAX_THREADS || optind == argc)
		return usage(stderr, 2);
	fill_letters();
	if (open_files(argv + optind, argc - optind) != 0)
		return 1;
	return run(threads, top, verbose);
}
