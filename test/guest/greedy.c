/* SPDX-License-Identifier: MIT */
/* Takes of one kind until it is refused, and says so. Arguments: threads, files or memory; "content": that is no failure. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;

static void *wait_for_ever(void *unused)
{
	pthread_mutex_lock(&held);
	return unused;
}

static int refuses_threads(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, wait_for_ever, NULL);
}

static int refuses_files(void) { return open("/dev/null", O_RDONLY) < 0 ? errno : 0; }

static int refuses_memory(void)
{
	volatile char *piece = malloc(1 << 16);

	if (!piece)
		return errno;
	*piece = 1;
	return 0;
}

int main(int argc, char **argv)
{
	int (*refuses)(void) = argc < 2 ? NULL
		: !strcmp(argv[1], "threads") ? refuses_threads
		: !strcmp(argv[1], "files") ? refuses_files
		: !strcmp(argv[1], "memory") ? refuses_memory : NULL;
	long taken = 0;
	int error;

	if (!refuses)
		return 2;
	pthread_mutex_lock(&held);
	for (; !(error = refuses()) && taken < 1000000; taken++)
		continue;
	fprintf(stderr, "greedy: %s\n", strerror(error));
	printf("%ld\n", taken);
	fflush(stdout);
	exit(argc > 2 ? 0 : 1);
}
