/* SPDX-License-Identifier: MIT
 * The digits of %a, as Linux prints them: of a double one bit before the point, of a long double four. newlib's printf calls
 * it (newlib/patches/30-printf-direct.patch); its own way gave a long double's digits as a double's. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* A number as its first digit and 15 more, and the power of two of the first. */
struct hexadecimal {
    uint8_t first;
    uint64_t rest; /* the second digit in its highest bits */
    int exponent;
};

int _hexadecimal_digits(long double number, int is_long, int places, char *digit, int *exponent);

static struct hexadecimal of_long_double(long double number)
{
    struct {
        uint64_t m;
        uint16_t exponent;
    } parts;
    int exponent;

    memcpy(&parts, &number, 10);
    exponent = parts.exponent & 0x7fff;
    return (struct hexadecimal){(uint8_t)(parts.m >> 60), parts.m << 4, !parts.m ? 0 : (exponent ? exponent : 1) - 16383 - 3};
}

static struct hexadecimal of_double(double number)
{
    uint64_t bits;
    int exponent;

    memcpy(&bits, &number, sizeof bits);
    exponent = bits >> 52 & 0x7ff;
    if (!(bits << 1))
        return (struct hexadecimal){0, 0, 0};
    return (struct hexadecimal){exponent != 0, bits << 12, (exponent ? exponent : 1) - 1023};
}

/* Whether cutting off all but `places` digits behind the point is to be made good by one more in the last. */
static bool rounds_up(const struct hexadecimal *number, int places, bool negative)
{
    unsigned direction = __builtin_ia32_stmxcsr() >> 13 & 3; /* nearest, down, up, toward zero */
    uint64_t cut = number->rest << (4 * places), half = (uint64_t)1 << 63;
    unsigned last = places ? number->rest >> (64 - 4 * places) & 1 : number->first & 1;

    if (direction)
        return direction == (negative ? 1 : 2) && cut;
    return cut > half || (cut == half && last);
}

static void round_to(struct hexadecimal *number, int places, bool negative)
{
    uint64_t unit = places ? (uint64_t)1 << (64 - 4 * places) : 0;
    bool up = rounds_up(number, places, negative);

    number->rest &= places ? ~(unit - 1) : 0;
    if (!up)
        return;
    number->rest += unit;
    if (number->rest >= unit && places)
        return;
    if (++number->first == 16) {
        number->first = 1;
        number->exponent += 4;
    }
}

/* Stores 1 + `places` digits as numbers of 0 to 15, as many as there are if `places` is negative. Returns how many. */
int _hexadecimal_digits(long double value, int is_long, int places, char *digit, int *exponent)
{
    struct hexadecimal number = is_long ? of_long_double(value) : of_double((double)value);
    int count = 0;

    if (places >= 0 && places < 15)
        round_to(&number, places, __builtin_signbit(value));
    digit[count++] = (char)number.first;
    for (; places < 0 ? number.rest != 0 : count <= places; number.rest <<= 4)
        digit[count++] = (char)(number.rest >> 60);
    *exponent = number.exponent;
    return count;
}
