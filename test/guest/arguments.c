/* SPDX-License-Identifier: MIT */
/* Prints what it was given, copies standard input to standard output, and returns the status that STATUS names. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char buffer[4096];
	const char *status = getenv("STATUS");
	ssize_t got;

	for (int i = 1; i < argc; i++)
		printf("%d:%s\n", i, argv[i]);
	fflush(stdout);
	while ((got = read(0, buffer, sizeof buffer)) > 0)
		if (write(1, buffer, (size_t)got) != got)
			return 99;
	fputs("done\n", stderr);
	return status ? atoi(status) : 0;
}
