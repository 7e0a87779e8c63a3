/* SPDX-License-Identifier: MIT */
/* drand48 and its kind: where nobody has called srand48, after srand48, and with a state of the caller's. */
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
	unsigned short own[3] = {1, 2, 3}, seed[3] = {4, 5, 6}, parameters[7] = {1, 2, 3, 4, 5, 6, 7}, *old;
	int i;

	for (i = 0; i < 3; i++)
		printf("%.17g %ld\n", drand48(), lrand48());
	for (i = 0; i < 3; i++)
		printf("%.17g %ld\n", erand48(own), nrand48(own));
	srand48(-42);
	for (i = 0; i < 3; i++)
		printf("%.17g %ld\n", drand48(), lrand48());
	for (i = 0; i < 5; i++) /* of either sign */
		printf("%ld %ld\n", mrand48(), jrand48(own));
	old = seed48(seed);
	printf("%hu %hu %hu, then %ld\n", old[0], old[1], old[2], lrand48());
	lcong48(parameters);
	printf("%ld %ld\n", lrand48(), lrand48());
	return 0;
}
