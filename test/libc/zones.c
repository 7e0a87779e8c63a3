/* SPDX-License-Identifier: MIT */
/* Time zones by POSIX rules: what localtime, gmtime and mktime put into all of struct tm, and strftime's %z and %Z. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void show(const char *what, const struct tm *tm)
{
	char text[80];

	strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %z %Z %a %j", tm);
	printf("%s %s, dst %d, %ld %s\n", what, text, tm->tm_isdst, tm->tm_gmtoff, tm->tm_zone);
}

int main(void)
{
	static const char *const zones[] = {"UTC0", "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0", "AEST-10AEDT,M10.1.0,M4.1.0/3",
	                                    "<+0545>-5:45"};
	static const time_t times[] = {-2208988800, -1, 0, 951782400, 1711846799, 1711846800, 1720000000, 1735689599, 2383207200, 4102444800};
	unsigned z, t;

	for (z = 0; z < sizeof zones / sizeof *zones; z++) {
		setenv("TZ", zones[z], 1);
		tzset();
		printf("%s %s\n", tzname[0], zones[z]);
		for (t = 0; t < sizeof times / sizeof *times; t++) {
			struct tm tm = *localtime(&times[t]), zero = {.tm_year = tm.tm_year, .tm_mon = tm.tm_mon, .tm_mday = 15, .tm_isdst = -1};
			time_t back;

			show("local", &tm);
			show("gmt", gmtime(&times[t]));
			back = mktime(&tm);
			printf("back %lld\n", (long long)back);
			mktime(&zero);
			show("mktime", &zero);
		}
	}
	return 0;
}
