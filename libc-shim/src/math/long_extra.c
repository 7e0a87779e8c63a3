/* SPDX-License-Identifier: MIT
 * Functions of long double that newlib has for double only. */
#include <math.h>

void sincosl(long double x, long double *sine, long double *cosine)
{
    *sine = sinl(x);
    *cosine = cosl(x);
}

long double exp10l(long double x) { return powl(10, x); }
long double pow10l(long double x) { return powl(10, x); }
long double significandl(long double x) { return isfinite(x) && x != 0 ? scalbnl(x, -ilogbl(x)) : x; }

long double scalbl(long double x, long double power)
{
    if (isnan(x) || isnan(power))
        return x * power;
    if (isinf(power))
        return power > 0 ? x * power : x / -power;
    if (power != rintl(power))
        return (power - power) / (power - power);
    return scalbnl(x, power > 65000 ? 65000 : power < -65000 ? -65000 : (int)power);
}
