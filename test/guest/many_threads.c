/* SPDX-License-Identifier: MIT */
/* Many threads alive at once in one process: each adds to a sum, waits for all, and ends. Argument: how many. */
#include <limits.h>
#include <pthread.h>
#include <unistd.h>

#include "check.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t all_here = PTHREAD_COND_INITIALIZER, all_go = PTHREAD_COND_INITIALIZER;
static long here, wanted, sum;
static int go;
static __thread long mine;

static void *wait_for_all(void *argument)
{
	mine = (long)argument;
	pthread_mutex_lock(&lock);
	if (++here == wanted)
		pthread_cond_signal(&all_here);
	while (!go)
		pthread_cond_wait(&all_go, &lock);
	sum += mine;
	pthread_mutex_unlock(&lock);
	return (void *)mine;
}

int main(int argc, char **argv)
{
	pthread_attr_t attributes;
	pthread_t *threads;
	long started;

	wanted = argc == 2 ? strtol(argv[1], NULL, 10) : 0;
	if (wanted < 1)
		return 2;
	threads = calloc((size_t)wanted, sizeof *threads);
	CHECK(threads != NULL);
	CHECK(pthread_attr_init(&attributes) == 0);
	CHECK(pthread_attr_setstacksize(&attributes, PTHREAD_STACK_MIN) == 0);
	for (started = 0; started < wanted; started++) {
		int error = pthread_create(&threads[started], &attributes, wait_for_all, (void *)started);

		if (error) {
			fprintf(stderr, "many_threads: thread %ld: %s\n", started, strerror(error));
			return 1;
		}
	}
	pthread_mutex_lock(&lock);
	while (here < wanted)
		pthread_cond_wait(&all_here, &lock);
	go = 1;
	pthread_cond_broadcast(&all_go);
	pthread_mutex_unlock(&lock);
	for (long i = 0; i < wanted; i++) {
		void *result = NULL;

		if (pthread_join(threads[i], &result) != 0 || (long)result != i)
			CHECK(!"joined with its own number");
	}
	CHECK(sum == wanted * (wanted - 1) / 2);
	return check_result("many_threads");
}
