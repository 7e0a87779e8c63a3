/* SPDX-License-Identifier: MIT */
/* warn and warnx, with a format and without; err ends the program with its status. */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

static void ended(int status, void *nothing)
{
	(void)nothing;
	fprintf(stderr, "ended with %d\n", status);
	_exit(0);
}

int main(void)
{
	dup2(STDOUT_FILENO, STDERR_FILENO);
	on_exit(ended, NULL);
	errno = ENOENT;
	warn("of %d", 5);
	warn(NULL);
	warnx("%s and %s", "this", "that");
	warnx(NULL);
	errno = EBADF;
	err(EX_USAGE, "last %c", 'x');
}
