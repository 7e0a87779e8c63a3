/* SPDX-License-Identifier: MIT */
/* Goes wrong in the ways that need several threads, or a careful eye; optimised, and without frame pointers. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER, second = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t meeting;
static pthread_rwlock_t shared = PTHREAD_RWLOCK_INITIALIZER;
static sem_t units;
static pthread_t peer;
static volatile int spinning, sink;

/* Not inlined, not merged into a jump: each is a line of the trace. */
#define CALLED __attribute__((noinline, noclone, optimize("no-optimize-sibling-calls")))

CALLED static void take_both(pthread_mutex_t *one, pthread_mutex_t *other)
{
	pthread_mutex_lock(one);
	usleep(20000);
	pthread_mutex_lock(other);
}

static void *crossed(void *unused)
{
	pthread_setname_np(pthread_self(), "crossed");
	take_both(&second, &first);
	return unused;
}

static void *waits(void *unused)
{
	pthread_setname_np(pthread_self(), "patient");
	pthread_mutex_lock(&first);
	for (;;)
		pthread_cond_wait(&never, &first);
	return unused;
}

static void *meets(void *unused)
{
	pthread_barrier_wait(&meeting);
	return unused;
}

static void *reads(void *unused)
{
	pthread_rwlock_rdlock(&shared);
	return unused;
}

static void *writes(void *unused)
{
	pthread_rwlock_wrlock(&shared);
	return unused;
}

static void *joins(void *unused)
{
	pthread_join(peer, NULL);
	return unused;
}

static void *spins(void *unused)
{
	pthread_setname_np(pthread_self(), "busy");
	spinning = 1;
	for (;;)
		sink++;
	return unused;
}

static inline __attribute__((always_inline)) void inlined_store(int *where) { *(volatile int *)where = 1; }

CALLED static int at_the_bottom(int *where)
{
	inlined_store(where);
	return sink;
}

/* A frame without a frame pointer, of a size that only .eh_frame tells. */
CALLED static int in_between(int *where)
{
	volatile char room[300];

	room[0] = (char)sink;
	return at_the_bottom(where) + room[0];
}

CALLED static int null_string(const char *string) { return (int)strlen(string) + sink; }

CALLED static int deeper(int depth)
{
	return depth == 0 ? sink : deeper(depth - 1) + deeper(depth - 2) + sink;
}

static void *recurses(void *unused)
{
	pthread_setname_np(pthread_self(), "worker");
	sink = deeper(1 << 30);
	return unused;
}

CALLED static void fails(int value) { assert(value == 42); }

static void start(void *(*function)(void *))
{
	if (pthread_create(&peer, NULL, function, NULL) != 0)
		exit(3);
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";

	if (!strcmp(how, "crossed")) {
		start(crossed);
		take_both(&first, &second);
	} else if (!strcmp(how, "cond")) {
		start(waits);
		pthread_join(peer, NULL);
	} else if (!strcmp(how, "join")) {
		peer = pthread_self();
		pthread_t joiner;
		pthread_create(&joiner, NULL, joins, NULL);
		pthread_join(joiner, NULL);
	} else if (!strcmp(how, "objects")) {
		pthread_barrier_init(&meeting, NULL, 2);
		sem_init(&units, 0, 0);
		pthread_rwlock_wrlock(&shared);
		start(meets);
		start(reads);
		start(writes);
		sem_wait(&units);
	} else if (!strcmp(how, "null")) {
		return in_between(NULL) + sink;
	} else if (!strcmp(how, "strlen")) {
		return null_string(NULL) + sink;
	} else if (!strcmp(how, "deep")) {
		start(recurses);
		pthread_join(peer, NULL);
	} else if (!strcmp(how, "assert")) {
		fails(argc);
	} else if (!strcmp(how, "raise")) {
		raise(SIGFPE);
	} else if (!strcmp(how, "busy") || !strcmp(how, "busy-crash")) { /* one computes, one waits, main reads, or crashes */
		int ends[2];

		if (pipe(ends) != 0)
			return 4;
		start(waits);
		start(spins);
		while (!spinning)
			usleep(1000);
		puts("ready");
		fflush(stdout);
		if (!strcmp(how, "busy-crash"))
			return in_between(NULL) + sink;
		read(ends[0], &(char){0}, 1);
	} else if (!strcmp(how, "pieces")) { /* the test counts the calls */
		fprintf(stderr, "%d and %s and %c, %5.2f%%\n", 1, "two", '3', 4.5);
		errno = ENOENT;
		perror("pieces");
		fputs("whole line\n", stderr);
	}
	return 0;
}
