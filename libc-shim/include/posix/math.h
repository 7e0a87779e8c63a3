/* SPDX-License-Identifier: MIT
 * <math.h> with Linux's numbers for exponents that are none, and what newlib has not. */
#ifndef FUTURE_MATH_H
#define FUTURE_MATH_H

#include_next <math.h>

#undef log2 /* a macro there, of another quotient */

#if __ISO_C_VISIBLE >= 1999
#undef FP_ILOGB0
#undef FP_ILOGBNAN
#undef math_errhandling
#define FP_ILOGB0        (-2147483647 - 1)
#define FP_ILOGBNAN      (-2147483647 - 1)
#define math_errhandling (MATH_ERRNO | MATH_ERREXCEPT)
#endif

#if __GNU_VISIBLE
#ifdef __cplusplus
extern "C" {
#endif

void sincosl(long double, long double *, long double *);
long double exp10l(long double);
long double pow10l(long double);
long double gammal(long double);
long double lgammal_r(long double, int *);
long double significandl(long double);
long double scalbl(long double, long double);
long double dreml(long double, long double);

#ifdef __cplusplus
}
#endif
#endif

#endif
