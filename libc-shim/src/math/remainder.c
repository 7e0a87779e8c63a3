/* SPDX-License-Identifier: MIT
 * The remainder of the nearest quotient, and that quotient's last bits: the x87's own instruction, exact for all three types. newlib's
 * remquo lost the quotient's sign. */
#include <errno.h>
#include <math.h>

enum { UNFINISHED = 1 << 10, BIT_0 = 1 << 9, BIT_1 = 1 << 14, BIT_2 = 1 << 8 };

long double remquol(long double x, long double y, int *quotient)
{
    int negative = signbit(x) != signbit(y), bits;
    unsigned short status;

    *quotient = 0;
    if (isnan(x) || isnan(y))
        return x + y;
    do
        __asm__ volatile("fprem1; fnstsw %1" : "+t"(x), "=a"(status) : "u"(y));
    while (status & UNFINISHED);
    bits = (status & BIT_0 ? 1 : 0) | (status & BIT_1 ? 2 : 0) | (status & BIT_2 ? 4 : 0);
    if (!isnan(x))
        *quotient = negative ? -bits : bits;
    return x;
}

double remquo(double x, double y, int *quotient) { return (double)remquol(x, y, quotient); }
float remquof(float x, float y, int *quotient) { return (float)remquol(x, y, quotient); }

#define REMAINDER(type, name) \
    type name(type x, type y) \
    { \
        int quotient; \
\
        if ((isinf(x) && !isnan(y)) || (y == 0 && !isnan(x))) \
            errno = EDOM; /* and the instruction raises the exception */ \
        return (type)remquol(x, y, &quotient); \
    }
REMAINDER(long double, remainderl)
REMAINDER(double, remainder)
REMAINDER(float, remainderf)
REMAINDER(double, drem)
REMAINDER(float, dremf)
REMAINDER(long double, dreml)
