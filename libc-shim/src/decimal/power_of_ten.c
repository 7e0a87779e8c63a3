/* SPDX-License-Identifier: MIT */
/* Powers of ten, each the product of three out of small tables: 10^(432 a) * 10^(27 b) * 10^c. */
#include "power_of_ten.h"

enum { MIDDLE = 27, LARGE = 432 };

/* Each is 5^n with its highest bit shifted to the top; the lower bits are cut off. */
struct fraction {
    uint64_t high, low;
};

static const uint64_t small[MIDDLE] = { /* 10^0, 10^1, ... */
    0x8000000000000000, 0xa000000000000000, 0xc800000000000000, 0xfa00000000000000,
    0x9c40000000000000, 0xc350000000000000, 0xf424000000000000, 0x9896800000000000,
    0xbebc200000000000, 0xee6b280000000000, 0x9502f90000000000, 0xba43b74000000000,
    0xe8d4a51000000000, 0x9184e72a00000000, 0xb5e620f480000000, 0xe35fa931a0000000,
    0x8e1bc9bf04000000, 0xb1a2bc2ec5000000, 0xde0b6b3a76400000, 0x8ac7230489e80000,
    0xad78ebc5ac620000, 0xd8d726b7177a8000, 0x878678326eac9000, 0xa968163f0a57b400,
    0xd3c21bcecceda100, 0x84595161401484a0, 0xa56fa5b99019a5c8,
};

static const struct fraction middle[LARGE / MIDDLE] = { /* 10^0, 10^27, ... */
    {0x8000000000000000, 0x0000000000000000}, {0xcecb8f27f4200f3a, 0x0000000000000000},
    {0xa70c3c40a64e6c51, 0x999090b65f67d924}, {0x86f0ac99b4e8dafd, 0x69a028bb3ded71a3},
    {0xda01ee641a708de9, 0xe80e6f4820cc9495}, {0xb01ae745b101e9e4, 0x5ec05dcff72e7f8f},
    {0x8e41ade9fbebc27d, 0x14588f13be847307}, {0xe5d3ef282a242e81, 0x8f1668c8a86da5fa},
    {0xb9a74a0637ce2ee1, 0x6d953e2bd7173692}, {0x95f83d0a1fb69cd9, 0x4abdaf101564f98e},
    {0xf24a01a73cf2dccf, 0xbc633b39673c8cec}, {0xc3b8358109e84f07, 0x0a862f80ec4700c8},
    {0x9e19db92b4e31ba9, 0x6c07a2c26a8346d1}, {0xff6d0b3492801150, 0x9798278aea58efff},
    {0xce54d951f70637d5, 0x34a44c6fe697a290}, {0xa6ac5789e1da7d57, 0xf33565b6f98557b1},
};

static const struct fraction large[] = { /* 10^-5184, 10^-4752, ... 10^5184 */
    {0x8b8fb786463a2193, 0x47ecd462b80ebecd}, {0x92cc685aa8b19088, 0x05a381bcecff3f05},
    {0x9a692bd43b368fc3, 0x8389c148c919653a}, {0xa26afd533d4ab9bf, 0xe19f7154afe4a693},
    {0xaad71a5aab16dc6c, 0x5086fdecf2f641c6}, {0xb3b305fe328e571f, 0x92e1bc1fbb33f18d},
    {0xbd048c7daf8acadb, 0x9736b4514993e0ba}, {0xc6d1c7108b40f1e0, 0xe7b11b906c695fd9},
    {0xd1211fe37ac6a148, 0x0fc4eafedd191926}, {0xdbf9564b39593183, 0x53cb2bab20c8a14d},
    {0xe761832efdc06462, 0x07cd71a4ad11c394}, {0xf3611dad8ea309ed, 0xd054cd6262834da1},
    {0x8000000000000000, 0x0000000000000000}, {0x86a3364ea62c672c, 0xd76d70b23d7ab65a},
    {0x8d9e89d11346bda5, 0x7e289e1eabe77166}, {0x94f68c404707858a, 0x0c8bec274f660d07},
    {0x9cb00bfd6f025339, 0x2e61aa868501e740}, {0xa4d0173720b2afb7, 0xd0db0c7c5e6a3c5e},
    {0xad5bff3854ff2560, 0x2ab1aa038b8d63a1}, {0xb6595be34f821493, 0x40c3a071220f5567},
    {0xbfce0f5ab8a6761d, 0xda1276a2f5debc0b}, {0xc9c049db4fe2ce2a, 0x5a3b5835f1148253},
    {0xd4368dc8bb2a0e80, 0x75a77a3b0bc28f4d}, {0xdf37b3f01a1dd1b4, 0x0c3c6778b928529f},
    {0xeacaf00326bd1744, 0x48c1b015bd3cad6f},
};

static struct fraction normal(unsigned __int128 high, uint64_t below)
{
    if (!(high >> 127))
        high = high << 1 | below >> 63;
    return (struct fraction){(uint64_t)(high >> 64), (uint64_t)high};
}

static struct fraction times_small(struct fraction a, uint64_t b)
{
    unsigned __int128 low = (unsigned __int128)a.low * b;

    return normal((unsigned __int128)a.high * b + (uint64_t)(low >> 64), (uint64_t)low);
}

static struct fraction times(struct fraction a, struct fraction b)
{
    unsigned __int128 one = (unsigned __int128)a.high * b.low, other = (unsigned __int128)a.low * b.high;
    unsigned __int128 lowest = (unsigned __int128)a.low * b.low;
    unsigned __int128 between = (lowest >> 64) + (uint64_t)one + (uint64_t)other;

    return normal((unsigned __int128)a.high * b.high + (one >> 64) + (other >> 64) + (between >> 64), (uint64_t)between);
}

struct power_of_ten power_of_ten(int k)
{
    unsigned above = (unsigned)(k - POWER_OF_TEN_LOWEST), rest = above % LARGE;
    struct fraction product = middle[rest / MIDDLE];

    if (rest % MIDDLE)
        product = times_small(product, small[rest % MIDDLE]);
    if (k < 0 || k >= LARGE)
        product = times(large[above / LARGE], product);
    /* The logarithm of ten, of which 32 bits of fraction are enough for these k. */
    return (struct power_of_ten){product.high, product.low, (int)(k * 14267572527 >> 32) - 127};
}
