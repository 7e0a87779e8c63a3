/* SPDX-License-Identifier: MIT */
/*
 * Tries what a program on the native machine must not be able to do; the attempt ends it with the signal that Linux has
 * for it, or does no harm. `isolation list` says which attempts there are and how each may end: name:status,…, a line each.
 */
#include <stdio.h>
#include <string.h>

#include "isolation.h"

enum { UNKNOWN = 98, SURVIVED = 99 };

extern const struct attempt __start_attempts[], __stop_attempts[];

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "list";
	const struct attempt *attempt;

	if (strcmp(what, "list") == 0) {
		for (attempt = __start_attempts; attempt < __stop_attempts; attempt++)
			printf("%s:%s\n", attempt->name, attempt->ends);
		return 0;
	}
	for (attempt = __start_attempts; attempt < __stop_attempts; attempt++)
		if (strcmp(what, attempt->name) == 0) {
			attempt->run();
			return attempt->ends[0] == '0' ? 0 : SURVIVED;
		}
	return UNKNOWN;
}
