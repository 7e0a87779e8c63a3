/* SPDX-License-Identifier: MIT */
/* scanf and wscanf with positional arguments, and what sets and widths take. */
#include <stdio.h>
#include <wchar.h>

int main(void)
{
	int a = -1, b = -1, c = -1, got;
	char word[20] = "", other[20] = "";
	double real = -1;
	long wide = -1;

	got = sscanf("10 20 30", "%3$d %1$d %2$d", &a, &b, &c);
	printf("%d: %d %d %d\n", got, a, b, c);
	got = sscanf("word 2.5 77", "%2$19s %1$lf %3$ld", &real, word, &wide);
	printf("%d: %s %g %ld\n", got, word, real, wide);
	got = sscanf("abc123", "%2$[a-z]%1$d", &a, word);
	printf("%d: %s %d\n", got, word, a);
	got = swscanf(L"7 eight", L"%2$d %1$19s", word, &b);
	printf("%d: %s %d\n", got, word, b);
	got = sscanf("12345678", "%5i%2i%n", &a, &b, &c);
	printf("%d: %d %d %d\n", got, a, b, c);
	got = sscanf("0x1.8p1 -.5e1 nan", "%lf %19s %19s", &real, word, other);
	printf("%d: %g %s %s\n", got, real, word, other);
	return 0;
}
