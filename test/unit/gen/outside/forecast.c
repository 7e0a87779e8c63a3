/* SPDX-License-Identifier: MIT */
/* A program that calls an interface from outside Future's tree; exit status 0 if every answer is right. */
#include <errno.h>
#include <stdio.h>
#include <weather.h>

int main(void)
{
	struct weather_report report = { 0 };

	if (weather_now("Tokyo", 100, &report) != 0)
		return perror("Tokyo"), 1;
	printf("%g C, %g hPa, report %d\n", report.celsius, report.hectopascal, (int)report.taken_at);
	if (weather_now("Atlantis", 100, &report) != -1 || errno != ENOENT)
		return 2;
	if (weather_now("Tokyo", 0, &report) != -1 || errno != ETIMEDOUT)
		return 3;
	if (weather_now("Tokyo", 60001, &report) != -1 || errno != EINVAL)
		return 4;
	if (getpriority(0, 0) < 1 || getpriority(0, 0) > 40)
		return 5;
	return report.celsius == 21.5 && report.hectopascal == 1013.25 && report.taken_at == 1 ? 0 : 6;
}
