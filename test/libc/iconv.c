/* SPDX-License-Identifier: MIT */
/* iconv: between encodings of one byte and the Unicode forms; what is none of its encoding, half a character, too little room. */
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>

static void convert(const char *to, const char *from, const char *text, size_t bytes, size_t room)
{
	iconv_t way = iconv_open(to, from);
	char out[100], *at = out, *in = (char *)text;
	size_t got, i;

	if (way == (iconv_t)-1) {
		printf("%s from %s: none\n", to, from);
		return;
	}
	errno = 0;
	got = iconv(way, &in, &bytes, &at, &room);
	printf("%s from %s: %zd errno %d left %zu:", to, from, (ssize_t)got, errno, bytes);
	for (i = 0; i < (size_t)(at - out); i++)
		printf(" %02x", out[i] & 255);
	printf("\n");
	iconv_close(way);
}

int main(void)
{
	convert("UTF-8", "ISO-8859-1", "\xe4z", 2, 100);
	convert("ISO-8859-1", "UTF-8", "\xc3\xa4z", 3, 100);
	convert("UTF-16LE", "UTF-8", "\xc3\xa4\xf0\x9f\x98\x80", 6, 100);
	convert("UTF-8", "UTF-16BE", "\0\xe4\xd8\x3d\xde\0", 6, 100);
	convert("UTF-8", "UTF-8", "\xc3(", 2, 100);
	convert("UTF-8", "UTF-8", "\xc3", 1, 100);
	convert("UTF-8", "ISO-8859-15", "\xa4", 1, 2);
	convert("KOI8-R", "UTF-8", "\xd0\x96", 2, 100);
	convert("UTF-8", "no such", "", 0, 1);
	return 0;
}
