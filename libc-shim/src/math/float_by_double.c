/* SPDX-License-Identifier: MIT
 * Functions of float, computed as double and rounded once: newlib's own are up to 90 units wrong. */
#include <errno.h>
#include <math.h>

/* What double holds and float does not is out of range. */
static float rounded(double wide)
{
    float result = (float)wide;

    if ((isinf(result) && !isinf(wide)) || (result == 0 && wide != 0))
        errno = ERANGE;
    return result;
}

#define BY_DOUBLE(name) \
    float name##f(float x) { return rounded(name(x)); }

BY_DOUBLE(acos)
BY_DOUBLE(acosh)
BY_DOUBLE(asin)
BY_DOUBLE(asinh)
BY_DOUBLE(atan)
BY_DOUBLE(atanh)
BY_DOUBLE(cbrt)
BY_DOUBLE(cosh)
BY_DOUBLE(erf)
BY_DOUBLE(erfc)
BY_DOUBLE(expm1)
BY_DOUBLE(j0)
BY_DOUBLE(j1)
BY_DOUBLE(log10)
BY_DOUBLE(log1p)
BY_DOUBLE(sinh)
BY_DOUBLE(tan)
BY_DOUBLE(tanh)
BY_DOUBLE(tgamma)
BY_DOUBLE(y0)
BY_DOUBLE(y1)

float atan2f(float y, float x) { return rounded(atan2(y, x)); }
float jnf(int n, float x) { return rounded(jn(n, x)); }
float ynf(int n, float x) { return rounded(yn(n, x)); }
