/* SPDX-License-Identifier: MIT */
/* Locales and their characters: which there are, what UTF-8 takes and refuses, C11's characters. */
#include <ctype.h>
#include <errno.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uchar.h>
#include <wchar.h>

static void locales(void)
{
	static const char *const names[] = {"C", "POSIX", "C.UTF-8", "C.utf8", "C.latin1", "pt_BR", "xx_YY.UTF-8", "nonsense", ".UTF-8", "C-UTF-8", ""};
	locale_t of_thread;
	unsigned i;

	printf("%d %d %d %d %d %d %d\n", LC_CTYPE, LC_NUMERIC, LC_TIME, LC_COLLATE, LC_MONETARY, LC_MESSAGES, LC_ALL);
	for (i = 0; i < sizeof names / sizeof *names; i++) {
		const char *got = setlocale(LC_ALL, names[i]);

		printf("'%s' is %s, %zu\n", names[i], got ? got : "none", MB_CUR_MAX);
	}
	setlocale(LC_ALL, "C");
	printf("%s\n", setlocale(LC_ALL, NULL));
	printf("one is %s\n", setlocale(LC_CTYPE, "C.UTF-8"));
	printf("one of them: %.25s %s %zu\n", setlocale(LC_ALL, NULL), setlocale(LC_TIME, NULL), MB_CUR_MAX);
	printf("%s\n", nl_langinfo(CODESET));
	setlocale(LC_ALL, "C");
	printf("%s\n", nl_langinfo(CODESET));
	of_thread = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	uselocale(of_thread);
	printf("a thread's: %zu %d\n", MB_CUR_MAX, mbtowc(NULL, "\xc3\xa4", 2));
	uselocale(LC_GLOBAL_LOCALE);
	freelocale(of_thread);
	printf("no more: %zu, %d\n", MB_CUR_MAX, newlocale(LC_ALL_MASK, "pt_BR", (locale_t)0) == (locale_t)0);
}

static void characters(void)
{
	static const char *const texts[] = {"a", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf",
	                                    "\xed\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", "\xee\x80\x80", "\xf0\x80\x80\x80", "\xf4\x8f\xbf\xbf",
	                                    "\xff", "\x80", "\xc3", "\xe2\x82", "\xc3(", "\xe2\x82(", "\xc0"};
	static const wchar_t wides[] = {0, 'a', 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdfff, 0xe000, 0xffff, 0x10000, 0x10ffff};
	char out[MB_LEN_MAX];
	unsigned i;

	for (i = 0; i < sizeof texts / sizeof *texts; i++) {
		mbstate_t state = {0};
		wchar_t wide = 0;
		size_t got;

		errno = 0;
		got = mbrtowc(&wide, texts[i], strlen(texts[i]), &state);
		printf("%u: %zd %x %d\n", i, (ssize_t)got, got < 5 ? (unsigned)wide : 0, errno);
	}
	for (i = 0; i < sizeof wides / sizeof *wides; i++) {
		mbstate_t state = {0};
		size_t got;

		errno = 0;
		got = wcrtomb(out, wides[i], &state);
		printf("%x: %zd %d\n", (unsigned)wides[i], (ssize_t)got, errno);
	}
	printf("%d %d %d %d\n", btowc('x') == 'x', btowc(0xc3), wctob(L'x'), wctob(0xe4));
}

static void c11(void)
{
	const char *text = "z\xc3\xa4\xf0\x9f\x98\x80";
	size_t left = strlen(text) + 1, got;
	mbstate_t state = {0};
	char16_t half;
	char out[MB_LEN_MAX];

	while ((got = mbrtoc16(&half, text, left, &state)) != 0) {
		printf("%zd %x\n", (ssize_t)got, half);
		if (got < (size_t)-3)
			text += got, left -= got;
	}
	memset(&state, 0, sizeof state);
	got = c16rtomb(out, 0xd83d, &state);
	printf("%zd", (ssize_t)got);
	got = c16rtomb(out, 0xde00, &state);
	printf(" %zd %02x %02x %02x %02x\n", (ssize_t)got, out[0] & 255, out[1] & 255, out[2] & 255, out[3] & 255);
	printf("%zd\n", (ssize_t)c32rtomb(out, 0x20ac, NULL));
}

int main(void)
{
	setenv("LC_ALL", "C.UTF-8", 1);
	locales();
	setlocale(LC_ALL, "C.UTF-8");
	characters();
	c11();
	printf("%ls %lc %5.3ls|\n", L"\xe4\x20ac", (wint_t)0x1f600, L"\xe4\xf6\xfc");
	return 0;
}
