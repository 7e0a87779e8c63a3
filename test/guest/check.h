/* SPDX-License-Identifier: MIT */
/* Checks for guest programs. They are plain POSIX, so each also runs on Linux itself: that proves the check, not us. */
#ifndef GUEST_CHECK_H
#define GUEST_CHECK_H

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static atomic_int checks_made, checks_failed;

static inline void check_that(int good, const char *what, const char *file, int line)
{
	atomic_fetch_add(&checks_made, 1);
	if (good)
		return;
	atomic_fetch_add(&checks_failed, 1);
	fprintf(stderr, "%s:%d: not true: %s (errno %d, %s)\n", file, line, what, errno, strerror(errno));
}

#define CHECK(condition) check_that((condition) ? 1 : 0, #condition, __FILE__, __LINE__)
/* The call fails with this errno. */
#define CHECK_ERRNO(call, number) \
	do { \
		errno = 0; \
		CHECK((call) == -1); \
		check_that(errno == (number), #call " sets " #number, __FILE__, __LINE__); \
	} while (0)

static inline int check_result(const char *name)
{
	int failed = atomic_load(&checks_failed);

	printf("%s: %d checks, %d failed\n", name, atomic_load(&checks_made), failed);
	return failed ? 1 : 0;
}

#endif
