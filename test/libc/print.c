/* SPDX-License-Identifier: MIT */
/* printf and wprintf: positional arguments with all that may follow the n$, and %m. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <wchar.h>

static void show_wide(const wchar_t *format, ...)
{
	wchar_t text[200];
	va_list list;
	int got;

	va_start(list, format);
	got = vswprintf(text, 200, format, list);
	va_end(list);
	printf("%d [%ls]\n", got, got < 0 ? L"" : text);
}

int main(void)
{
	errno = ENOENT;
	printf("%m|%30m|%.4m|%-12m|\n"); /* first, so that the stream's buffer is made in between */
	errno = 4711;
	printf("%m\n");
	printf("%2$s %1$s\n", "one", "two");
	printf("[%1$-5s] [%1$5s] [%1$.1s] [%1$-6.2s]\n", "abc");
	printf("[%2$*1$d] [%2$-*1$d] [%2$0*1$d]\n", 8, 42);
	printf("[%3$*1$.*2$f] [%3$+.3e] [%3$010.1f]\n", 10, 2, 3.14159);
	printf("%9$d %1$d %8$d %2$d %7$d %3$d %6$d %4$d %5$d\n", 1, 2, 3, 4, 5, 6, 7, 8, 9);
	printf("%1$d %2$f %3$s %4$ld %5$Lf %6$c %7$lld\n", 1, 2.5, "three", 4L, 5.5L, '6', 7LL);
	printf("%4$#x %3$+d %2$05d %1$'d %1$ d\n", 1, 2, 3, 255);
	show_wide(L"%2$s %1$ls", L"one", "two");
	show_wide(L"[%1$-5d] [%1$05d] [%2$.2f]", 42, 1.005);
	errno = EACCES;
	show_wide(L"%m|%20m|");
	return 0;
}
