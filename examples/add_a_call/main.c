/* SPDX-License-Identifier: MIT */
/* Uses the call that host.idl.h declares. Nobody wrote a line of code for it. */
#include <host.h>
#include <stdio.h>

int main(void)
{
	struct utsname name;

	if (uname(&name) != 0) {
		perror("uname");
		return 1;
	}
	printf("served by %s %s on %s\n", name.sysname, name.release, name.machine);
	return 0;
}
