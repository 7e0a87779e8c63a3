/* SPDX-License-Identifier: MIT */
/* A MiB written at once, read by the byte, and read at once: few_calls counts what that costs. */
#include <stdio.h>
#include <stdlib.h>

enum { SIZE = 1 << 20 };

static char bytes[SIZE];

int main(void)
{
	FILE *file = tmpfile();
	size_t read = 0;

	if (!file || fwrite(bytes, 1, SIZE, file) != SIZE || fseek(file, 0, SEEK_SET))
		return 1;
	while (getc(file) != EOF)
		read++;
	if (read != SIZE || fseek(file, 0, SEEK_SET) || fread(bytes, 1, SIZE, file) != SIZE)
		return 1;
	return 0;
}
