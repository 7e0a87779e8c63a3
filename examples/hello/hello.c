/* SPDX-License-Identifier: MIT */
/* The smallest program worth running: a few threads greet, each through a delegated write of Linux. */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static void *greet(void *argument)
{
	printf("hello from thread %ld\n", (long)argument);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[4];

	printf("%s: %d argument%s, process %d as Linux sees it, %ld core%s\n", argv[0], argc - 1, argc == 2 ? "" : "s",
	       (int)getpid(), sysconf(_SC_NPROCESSORS_ONLN), sysconf(_SC_NPROCESSORS_ONLN) == 1 ? "" : "s");
	for (long i = 0; i < 4; i++)
		if (pthread_create(&threads[i], NULL, greet, (void *)i) != 0) {
			perror("hello: pthread_create");
			return 1;
		}
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
