/* SPDX-License-Identifier: MIT */
/* sinl, cosl and tanl of large arguments, to the digits that every good library has. */
#include <math.h>
#include <stdio.h>

int main(void)
{
	static const long double angles[] = {1e3L, 1e8L, 12345678901234567890.0L, 1e19L, 1e22L, 0x1p70L, -1e25L, 1e100L, 1e300L};
	unsigned i;

	for (i = 0; i < sizeof angles / sizeof *angles; i++)
		printf("%.3Lg: %.15Lf %.15Lf %.10Lg\n", angles[i], sinl(angles[i]), cosl(angles[i]), tanl(angles[i]));
	return 0;
}
