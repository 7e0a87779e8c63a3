/* SPDX-License-Identifier: MIT */
/* The functions of <math.h>, by shape. Each has a float, a double and a long double form. */
#define ONE_ARGUMENT(X) \
	X(acos) X(acosh) X(asin) X(asinh) X(atan) X(atanh) X(cbrt) X(cos) X(cosh) X(erf) X(erfc) X(exp) X(exp2) X(expm1) X(lgamma) \
	X(log) X(log10) X(log1p) X(log2) X(sin) X(sinh) X(sqrt) X(tan) X(tanh) X(tgamma)
#define ROUNDING_ONES(X) X(ceil) X(floor) X(trunc) X(round) X(rint) X(nearbyint) X(fabs) X(logb)
#define TWO_ARGUMENTS(X) X(atan2) X(fmod) X(hypot) X(pow) X(remainder)
#define EXACT_TWOS(X) X(copysign) X(fdim) X(nextafter)
#define MAXIMA(X) X(fmax) X(fmin)
