/* SPDX-License-Identifier: MIT
 * The complex functions of double; those of float are the same, rounded. */
#include <complex.h>
#include <float.h>
#include <math.h>

#define REAL     double
#define COMPLEX  double complex
#define R(name)  name
#define FORM     __builtin_complex
#define LARGE    709
#define LARGEST  DBL_MAX
#define SMALLEST DBL_MIN
#define SQUARES  0x1p500
#include "complex_template.h"

#define ROUNDED(name) \
    float complex name##f(float complex z) { return (float complex)name(z); }
ROUNDED(cexp) ROUNDED(clog) ROUNDED(clog10) ROUNDED(csqrt) ROUNDED(csinh) ROUNDED(ccosh) ROUNDED(ctanh)
ROUNDED(csin) ROUNDED(ccos) ROUNDED(ctan) ROUNDED(catan) ROUNDED(cproj)

float cargf(float complex z) { return (float)carg(z); }
float complex cpowf(float complex z, float complex power) { return (float complex)cpow(z, power); }
