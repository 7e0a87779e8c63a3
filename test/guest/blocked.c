/* SPDX-License-Identifier: MIT */
/*
 * Calls that block never delay others.
 *   blocked pipes N     N threads each blocked in read on a pipe of its own; then each is released, the last first
 *   blocked fifos N DIR N threads blocked in open of a FIFO (which cannot be polled) made by the caller: DIR/0 … DIR/N-1;
 *                       meanwhile fast calls go on
 */
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <unistd.h>

#include "check.h"

enum { MAX_THREADS = 4096, SMALL_STACK = 32 * 1024 };

static int ends[MAX_THREADS][2];
static char names[MAX_THREADS][256];
static atomic_int started, finished;

static void *read_one(void *argument)
{
	long i = (long)argument;
	unsigned char byte[2] = {0, 0};

	atomic_fetch_add(&started, 1);
	CHECK(read(ends[i][0], byte, 2) == 2);
	CHECK(byte[0] == (unsigned char)i && byte[1] == (unsigned char)(i >> 8));
	atomic_fetch_add(&finished, 1);
	return NULL;
}

static void *open_one(void *argument)
{
	long i = (long)argument;
	int fd;

	atomic_fetch_add(&started, 1);
	fd = open(names[i], O_RDONLY);
	CHECK(fd >= 0);
	if (fd >= 0)
		close(fd);
	atomic_fetch_add(&finished, 1);
	return NULL;
}

static void start_all(pthread_t *threads, long count, void *(*body)(void *))
{
	pthread_attr_t attributes;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, SMALL_STACK);
	for (long i = 0; i < count; i++)
		CHECK(pthread_create(&threads[i], &attributes, body, (void *)i) == 0);
	pthread_attr_destroy(&attributes);
}

/* A while of fast calls, which also lets the others reach theirs. */
static void fast_calls(int count)
{
	int fd = open("/dev/null", O_WRONLY);

	CHECK(fd >= 0);
	for (int i = 0; i < count; i++)
		CHECK(write(fd, "x", 1) == 1);
	close(fd);
}

static void blocked_pipes(pthread_t *threads, long count)
{
	for (long i = 0; i < count; i++)
		CHECK(pipe(ends[i]) == 0);
	start_all(threads, count, read_one);
	while (atomic_load(&started) < count)
		fast_calls(1);
	fast_calls(200);
	CHECK(atomic_load(&finished) == 0);
	for (long i = count - 1; i >= 0; i--) {
		unsigned char byte[2] = {(unsigned char)i, (unsigned char)(i >> 8)};

		CHECK(write(ends[i][1], byte, 2) == 2);
	}
}

static void blocked_fifos(pthread_t *threads, long count, const char *folder)
{
	for (long i = 0; i < count; i++)
		snprintf(names[i], sizeof names[i], "%s/%ld", folder, i);
	start_all(threads, count, open_one);
	while (atomic_load(&started) < count)
		fast_calls(1);
	fast_calls(200);
	CHECK(atomic_load(&finished) == 0);
	for (long i = count - 1; i >= 0; i--) {
		int fd = open(names[i], O_WRONLY);

		CHECK(fd >= 0);
		if (fd >= 0)
			close(fd);
	}
}

int main(int argc, char **argv)
{
	static pthread_t threads[MAX_THREADS];
	long count = argc > 2 ? strtol(argv[2], NULL, 10) : 0;

	if (count > 0 && count <= MAX_THREADS && argc == 3 && strcmp(argv[1], "pipes") == 0)
		blocked_pipes(threads, count);
	else if (count > 0 && count <= MAX_THREADS && argc == 4 && strcmp(argv[1], "fifos") == 0)
		blocked_fifos(threads, count, argv[3]);
	else
		return 2;
	for (long i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	CHECK(atomic_load(&finished) == count);
	return check_result("blocked");
}
