/* SPDX-License-Identifier: MIT */
/* Rounding directions: the numbers of <fenv.h>, that fesetround refuses others, and that arithmetic and strtod keep to them. */
#include <fenv.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
	static const int direction[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO, 1, 2, 3, -1, 0x1000};
	volatile double one = 1, three = 3, half = 2.5;
	unsigned i;

	for (i = 0; i < sizeof direction / sizeof *direction; i++) {
		int refused = fesetround(direction[i]) != 0, is = fegetround();
		double quotient = one / three, read = strtod("-0.1", NULL), whole = rint(half);
		float single = strtof("0.1", NULL);
		long double large = (long double)one / three;

		fesetround(FE_TONEAREST);
		printf("%#x: refused %d, is %#x, %a %a %a %a %d\n", direction[i], refused, is, quotient, read, (double)single, whole,
		       large > 1.0L / 3);
	}
	return 0;
}
