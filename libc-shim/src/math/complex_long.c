/* SPDX-License-Identifier: MIT
 * The complex functions of long double. */
#include <complex.h>
#include <float.h>
#include <math.h>

#define REAL     long double
#define COMPLEX  long double complex
#define R(name)  name##l
#define FORM     __builtin_complex
#define LARGE    11356
#define LARGEST  LDBL_MAX
#define SMALLEST LDBL_MIN
#define SQUARES  0x1p8000L
#include "complex_template.h"
