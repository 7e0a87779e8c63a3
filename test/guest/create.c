/* SPDX-License-Identifier: MIT */
/* create PATH: opens it as `>` of a shell does; exits with errno. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int fd = argc == 2 ? open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0644) : -1;

	return fd < 0 ? errno : close(fd);
}
