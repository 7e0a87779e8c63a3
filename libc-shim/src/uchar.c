/* SPDX-License-Identifier: MIT
 * UTF-16 and UTF-32 characters, on newlib's wide ones, which are UTF-32 too. */
#include <errno.h>
#include <uchar.h>

/* The state's count while half of a pair waits in it; newlib's own counts are never negative here. */
enum { HALF_READ = -1, HALF_WRITTEN = -2 };

static __thread mbstate_t of_mbrtoc16, of_c16rtomb, of_mbrtoc32, of_c32rtomb;

size_t mbrtoc32(char32_t *restrict to, const char *restrict from, size_t bytes, mbstate_t *restrict state)
{
    wchar_t wide;
    size_t got = mbrtowc(to ? &wide : NULL, from, bytes, state ? state : &of_mbrtoc32);

    if (to && from && got < (size_t)-2)
        *to = (char32_t)wide;
    return got;
}

size_t c32rtomb(char *restrict to, char32_t wide, mbstate_t *restrict state)
{
    return wcrtomb(to, (wchar_t)wide, state ? state : &of_c32rtomb);
}

size_t mbrtoc16(char16_t *restrict to, const char *restrict from, size_t bytes, mbstate_t *restrict state)
{
    wchar_t wide;
    size_t got;

    if (!state)
        state = &of_mbrtoc16;
    if (state->__count == HALF_READ) {
        if (to)
            *to = (char16_t)state->__value.__wch;
        *state = (mbstate_t){ 0 };
        return (size_t)-3;
    }
    got = mbrtowc(&wide, from ? from : "", from ? bytes : 1, state);
    if (!from || got >= (size_t)-2)
        return got;
    if (wide >= 0x10000) {
        state->__count = HALF_READ;
        state->__value.__wch = (wint_t)(0xdc00 | ((wide - 0x10000) & 0x3ff));
        wide = 0xd800 | ((wide - 0x10000) >> 10);
    }
    if (to)
        *to = (char16_t)wide;
    return got;
}

size_t c16rtomb(char *restrict to, char16_t half, mbstate_t *restrict state)
{
    wchar_t wide = half;
    int low = (half & 0xfc00) == 0xdc00;

    if (!state)
        state = &of_c16rtomb;
    if (!to) {
        *state = (mbstate_t){ 0 };
        return 1;
    }
    if (state->__count == HALF_WRITTEN && low) {
        wide = (wchar_t)(0x10000 + ((state->__value.__wch & 0x3ff) << 10) + (half & 0x3ff));
        *state = (mbstate_t){ 0 };
    } else if (state->__count == HALF_WRITTEN || low) {
        errno = EILSEQ;
        return (size_t)-1;
    } else if ((half & 0xfc00) == 0xd800) {
        state->__count = HALF_WRITTEN;
        state->__value.__wch = half;
        return 0;
    }
    return wcrtomb(to, wide, state);
}
