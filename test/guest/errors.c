/* SPDX-License-Identifier: MIT */
/* Says what errors are called, by every way a program can ask: the output is to be the same as on Linux. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* strerror_r that returns a text */
#endif
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int __xpg_strerror_r(int number, char *text, size_t bytes); /* strerror_r of POSIX, on both systems */

static void say(int number)
{
	char small[9], large[64], gnu[64];
	int cut, whole;

	errno = 0;
	printf("%d: %s", number, strerror(number));
	printf(" (errno %d)", errno);
	cut = __xpg_strerror_r(number, small, sizeof small);
	whole = __xpg_strerror_r(number, large, sizeof large);
	printf(" | %d %s | %d %s | %s\n", cut, small, whole, large, strerror_r(number, gnu, sizeof gnu));
}

/* Another thread's text of an unknown number does not touch ours. */
static void *ask(void *unused)
{
	(void)unused;
	return strdup(strerror(5000));
}

int main(void)
{
	static const int far[] = {INT_MIN, -1, 4711, INT_MAX};
	char *ours, *theirs;
	pthread_t thread;
	int number;

	for (number = 0; number <= 140; number++)
		say(number);
	for (number = 0; number < 4; number++)
		say(far[number]);
	ours = strerror(4000);
	pthread_create(&thread, NULL, ask, NULL);
	pthread_join(thread, (void **)&theirs);
	printf("%s, %s\n", ours, theirs);
	fflush(stdout);
	errno = ENOENT;
	perror("perror");
	errno = 4711;
	perror("");
	errno = EDEADLK;
	perror(NULL);
	return 0;
}
