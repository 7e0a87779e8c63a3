/* SPDX-License-Identifier: MIT */
/* A program that does what its first argument says to what the proxy relies on, then crashes (or, where it says so, ends). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int full_pipe(void)
{
	static const char page[4096];
	int ends[2];

	if (pipe(ends) != 0 || fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0)
		return -1;
	while (write(ends[1], page, sizeof page) > 0)
		;
	fcntl(ends[1], F_SETFL, 0);
	return ends[1];
}

int main(int argc, char **argv)
{
	const char *mode = argv[1], *name = argc > 2 ? argv[2] : "";

	if (strcmp(mode, "close") == 0) {
		close(2);
	} else if (strcmp(mode, "pipe") == 0) {
		if (dup2(full_pipe(), 2) != 2)
			return 1;
	} else if (strcmp(mode, "file") == 0) {
		close(2);
		if (open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600) != 2 || write(2, "data\n", 5) != 5)
			return 1;
	} else if (strcmp(mode, "replace") == 0) {
		if (rename(name, argv[0]) != 0)
			return 1;
	} else if (strcmp(mode, "shrink") == 0) {
		if (open(argv[0], O_WRONLY | O_TRUNC) < 0)
			return 1;
	} else if (strcmp(mode, "chdir") == 0) {
		return chdir(name) != 0;
	} else if (strcmp(mode, "closed") == 0) {
		/* Started with 0-2 closed: they are, and the next file gets their numbers. */
		char byte = 'x';

		for (int fd = 0; fd < 3; fd++)
			if (fcntl(fd, F_GETFD) != -1 || write(fd, &byte, 1) != -1 || errno != EBADF)
				return 10 + fd;
		return open(name, O_WRONLY | O_CREAT, 0600) == 0 && write(0, "data\n", 5) == 5 ? 7 : 20;
	}
	*(volatile int *)16 = 1;
	return 0;
}
