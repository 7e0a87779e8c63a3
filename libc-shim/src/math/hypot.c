/* SPDX-License-Identifier: MIT
 * The longest side. newlib's takes a root bit by bit, and computes that of long double as double. */
#include <errno.h>
#include <math.h>

float hypotf(float x, float y)
{
    float result;

    if (isinf(x) || isinf(y))
        return INFINITY;
    result = (float)sqrt((double)x * x + (double)y * y);
    if (isinf(result))
        errno = ERANGE;
    return result;
}

/* x >= y > 0, and their squares are neither too large nor too small. One step of Newton's, on the difference of the squares by
 * terms that do not cancel (Borges, 2019). */
static double side(double x, double y)
{
    double root = sqrt(x * x + y * y), more, error;

    if (root <= 2 * y) {
        more = root - y;
        error = x * (2 * more - x) + (more - 2 * (x - y)) * more;
    } else {
        more = root - x;
        error = 2 * more * (x - 2 * y) + ((4 * more - y) * y + more * more);
    }
    return root - error / (2 * root);
}

double hypot(double x, double y)
{
    double result;

    x = fabs(x);
    y = fabs(y);
    if (isinf(x) || isinf(y))
        return INFINITY;
    if (isnan(x) || isnan(y))
        return x + y;
    if (x < y)
        result = x, x = y, y = result;
    if (y <= x * 0x1p-54)
        result = x + y;
    else if (x > 0x1p511)
        result = side(x * 0x1p-600, y * 0x1p-600) * 0x1p600;
    else if (y < 0x1p-459)
        result = side(x * 0x1p600, y * 0x1p600) * 0x1p-600;
    else
        return side(x, y);
    if (isinf(result))
        errno = ERANGE;
    return result;
}

long double hypotl(long double x, long double y)
{
    int exponent;
    long double result, high, low, top, rest, error;

    x = fabsl(x);
    y = fabsl(y);
    if (isinf(x) || isinf(y))
        return INFINITY;
    if (isnan(x) || isnan(y))
        return x + y;
    if (x < y)
        result = x, x = y, y = result;
    if (y == 0 || y < x * 0x1p-66L)
        return x + y;
    frexpl(x, &exponent);
    x = scalbnl(x, -exponent);
    y = scalbnl(y, -exponent);
    result = sqrtl(x * x + y * y);
    /* One step of Newton's on the squares' difference, in halves that lose nothing. */
    high = (float)x;
    low = x - high;
    top = (float)result;
    rest = result - top;
    error = high * high - top * top + (low * (x + high) - rest * (result + top)) + y * y;
    result = scalbnl(result + error / (2 * result), exponent);
    if (isinf(result))
        errno = ERANGE;
    return result;
}
