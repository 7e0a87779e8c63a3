/* SPDX-License-Identifier: MIT */
/* Streams: memory as a file, lines, what was pushed back, locks, temporary names. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

static void memory(void)
{
	char *text = NULL, buffer[20] = "0123456789";
	wchar_t *wide = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	fputs("hello world", f);
	fflush(f);
	printf("%zu %s\n", size, text);
	fseek(f, 6, SEEK_SET);
	fputc('W', f);
	fflush(f);
	printf("%zu %s\n", size, text);
	fseek(f, 2, SEEK_SET);
	fputs("LL", f);
	fclose(f);
	printf("%zu %s\n", size, text);
	free(text);
	f = open_wmemstream(&wide, &size);
	fputws(L"wide", f);
	fclose(f);
	printf("%zu %ls\n", size, wide);
	free(wide);
	f = fmemopen(buffer, 10, "r+");
	printf("%c%c", fgetc(f), fgetc(f));
	fseek(f, 5, SEEK_SET);
	fputs("ab", f);
	fflush(f);
	printf(" %s, at %ld\n", buffer, ftell(f));
	fseek(f, 0, SEEK_END);
	printf("end %ld, %d\n", ftell(f), fgetc(f));
	fclose(f);
	f = fmemopen(buffer, sizeof buffer, "a+");
	fputs("Z", f);
	fclose(f);
	printf("%s\n", buffer);
}

static void lines(void)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t got;
	FILE *f = tmpfile();

	fputs("one\n\nthree,and,more", f);
	rewind(f);
	while ((got = getline(&line, &room, f)) >= 0)
		printf("%zd '%s'\n", got, line);
	rewind(f);
	while ((got = getdelim(&line, &room, ',', f)) >= 0)
		printf("%zd '%s'\n", got, line);
	rewind(f);
	printf("%c", fgetc(f));
	printf("%c %c %d\n", ungetc('X', f), fgetc(f), ungetc(EOF, f));
	ungetc('Y', f);
	printf("at %ld", ftell(f));
	fseek(f, 0, SEEK_SET);
	printf(" %c\n", fgetc(f));
	flockfile(f);
	printf("%d\n", ftrylockfile(f));
	funlockfile(f);
	funlockfile(f);
	free(line);
	fclose(f);
}

static void names(void)
{
	char few[] = "/tmp/xXXXXX", nowhere[] = "/no/such/folder/XXXXXX", good[] = "/tmp/futureXXXXXX.txt";
	int fd = mkstemp(few);

	printf("%d %d %s\n", fd, errno, few);
	fd = mkstemp(nowhere);
	printf("%d %d %.16s\n", fd, errno, nowhere); /* Linux's leaves the last name that it tried */
	fd = mkstemps(good, 4);
	printf("%d %.11s %s\n", fd >= 0, good, good + 17);
	close(fd);
	unlink(good);
}

int main(void)
{
	memory();
	lines();
	names();
	return 0;
}
