/* SPDX-License-Identifier: MIT */
/* All digits of a floating point number, by integers of many words: those before the point by division by 10^19, those behind
 * it by multiplication. */
#include "digits.h"

#include <string.h>

#define TEN_TO_19 10000000000000000000u

enum {
    CHUNK = 19,                    /* digits of a word */
    WORDS = (16445 + 63) / 64 + 3, /* of the largest long double, and of the smallest one's fraction */
};

/* Words, the lowest first, of which those below `from` and from `to` on are zero. */
struct words {
    int from, to;
    uint64_t word[WORDS];
};

/* The digits so far: none before the first that is not zero. */
struct text {
    char *at;
    long length, point; /* `point`: where the decimal point is, counted from the first digit */
    bool more;          /* something that is not zero follows */
};

static void add_chunk(struct text *text, uint64_t chunk)
{
    char *end = text->at + text->length + CHUNK;

    for (int i = 0; i < CHUNK; i++, chunk /= 10)
        *--end = (char)('0' + chunk % 10);
    text->length += CHUNK;
}

/* The first chunk of all that is not zero: without zeros at its beginning. Returns how many those are. */
static int add_first_chunk(struct text *text, uint64_t chunk)
{
    int zeros = 0;

    add_chunk(text, chunk);
    while (text->at[zeros] == '0')
        zeros++;
    text->length -= zeros;
    memmove(text->at, text->at + zeros, (size_t)text->length);
    return zeros;
}

/* The remainder of division by 10^19. */
static uint64_t divide(struct words *number)
{
    uint64_t rest = 0;

    for (int i = number->to; i-- > number->from;) {
        uint64_t quotient;

        __asm__("divq %4" : "=a"(quotient), "=d"(rest) : "0"(number->word[i]), "1"(rest), "r"((uint64_t)TEN_TO_19) : "cc");
        number->word[i] = quotient;
    }
    while (number->to > 0 && !number->word[number->to - 1])
        number->to--;
    return rest;
}

/* What comes before the point when a fraction, all its words behind it, is multiplied by 10^19. */
static uint64_t multiply(struct words *fraction)
{
    uint64_t carry = 0;

    for (int i = fraction->from; i < fraction->to; i++) {
        unsigned __int128 product = (unsigned __int128)fraction->word[i] * TEN_TO_19 + carry;

        fraction->word[i] = (uint64_t)product;
        carry = (uint64_t)(product >> 64);
    }
    while (fraction->from < fraction->to && !fraction->word[fraction->from])
        fraction->from++;
    return carry;
}

static void write_integer(struct text *text, struct words *number)
{
    uint64_t chunk[WORDS + WORDS / 64 + 1];
    int chunks = 0;

    number->from = 0; /* division fills the low words */
    while (number->to > 0)
        chunk[chunks++] = divide(number);
    if (chunks) {
        add_first_chunk(text, chunk[--chunks]);
        while (chunks)
            add_chunk(text, chunk[--chunks]);
    }
    text->point = text->length;
}

/* How many digits must be known before it can be rounded: those that stay, and one more. */
static long digits_needed(const struct text *text, struct wanted wanted)
{
    return (wanted.after_point ? text->point : 0) + (long)wanted.count + 1;
}

static void write_fraction(struct text *text, struct words *fraction, struct wanted wanted)
{
    while (fraction->from < fraction->to && text->length < digits_needed(text, wanted)) {
        uint64_t chunk = multiply(fraction);

        if (text->length)
            add_chunk(text, chunk);
        else if (chunk)
            text->point -= add_first_chunk(text, chunk);
        else if ((text->point -= CHUNK) && digits_needed(text, wanted) < 0)
            break; /* nothing of it will be seen */
    }
    text->more = fraction->from < fraction->to;
}

/* Puts m * 2^e, both ends of it, into words; e is that of the lowest word. */
static void place(struct words *words, uint64_t m, unsigned shift, int at)
{
    memset(words->word, 0, (size_t)at * sizeof *words->word);
    words->word[at] = m << shift;
    words->word[at + 1] = shift ? m >> (64 - shift) : 0;
    words->from = at;
    words->to = at + (words->word[at + 1] ? 2 : 1);
}

static void split(struct binary v, struct words *integer, struct words *fraction)
{
    integer->from = integer->to = fraction->from = fraction->to = 0;
    if (v.e >= 0) {
        place(integer, v.m, (unsigned)v.e % 64, v.e / 64);
        return;
    }
    if (v.e > -64) {
        place(integer, v.m >> -v.e, 0, 0);
        v.m <<= 64 + v.e; /* one word of fraction */
        v.e = -64;
    }
    /* The fraction's highest word ends at the point: (64 * words - bits) zero bits stand below its lowest bit. */
    int count = (-v.e + 63) / 64;

    if (!v.m)
        return;
    place(fraction, v.m, (unsigned)(count * 64 + v.e), 0);
    for (int i = fraction->to; i < count; i++)
        fraction->word[i] = 0;
    fraction->to = count;
}

/* Whether what is cut off before digit `cut` makes the digit before it one more. */
static bool rounds_up(const struct text *text, long cut, bool negative)
{
    unsigned direction = __builtin_ia32_stmxcsr() >> 13 & 3; /* nearest, down, up, toward zero */
    int next = cut < 0 ? 0 : text->at[cut] - '0';
    bool more = text->more || cut < 0;

    for (long i = cut < 0 ? 0 : cut + 1; i < text->length && !more; i++)
        more = text->at[i] != '0';
    if (direction)
        return direction == (negative ? 1 : 2) && (next || more);
    return next > 5 || (next == 5 && (more || (cut > 0 && (text->at[cut - 1] - '0') % 2)));
}

static void add_one(struct text *text)
{
    long i = text->length;

    while (i > 0 && text->at[i - 1] == '9')
        i--;
    text->length = i;
    if (i > 0) {
        text->at[i - 1]++;
        return;
    }
    text->at[0] = '1';
    text->length = 1;
    text->point++;
}

static void round_text(struct text *text, struct wanted wanted, bool negative)
{
    long cut = digits_needed(text, wanted) - 1;
    bool up;

    if (cut >= text->length)
        return; /* all of it is wanted: then nothing follows, either */
    up = rounds_up(text, cut, negative);
    text->length = cut < 0 ? 0 : cut;
    if (cut < 0)
        text->point -= cut; /* where the digit would stand that becomes one */
    if (up)
        add_one(text);
}

long digits_exact_room(struct binary v, struct wanted wanted)
{
    long integer = v.e > -64 ? (v.e + 64) * 1233l / 4096 + 2 : 0, fraction = v.e < 0 ? -(long)v.e : 0;
    long behind = wanted.count < 0 ? 0 : wanted.count + 1l;

    return integer + (behind < fraction ? behind : fraction) + DIGITS_EXACT_SPARE;
}

struct digits digits_exact(struct binary v, struct wanted wanted, char *to)
{
    struct words integer, fraction;
    struct text text = {.at = to};

    split(v, &integer, &fraction);
    write_integer(&text, &integer);
    write_fraction(&text, &fraction, wanted);
    round_text(&text, wanted, v.negative);
    while (text.length && to[text.length - 1] == '0')
        text.length--;
    if (!text.length)
        text.point = wanted.after_point ? -wanted.count : 1;
    return (struct digits){(int)text.length, (int)text.point};
}
