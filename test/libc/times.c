/* SPDX-License-Identifier: MIT */
/* Time zones by the names of the system's files, mktime where a clock shows a time twice or never, timegm, strptime. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void show(const char *what, const struct tm *tm)
{
	char text[100];

	strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %z %Z %a %j", tm);
	printf("%s %s, dst %d, %ld %s\n", what, text, tm->tm_isdst, tm->tm_gmtoff, tm->tm_zone);
}

static void zone(const char *name)
{
	static const time_t times[] = {-3000000000, -2208988800, -1000000000, -1, 0, 100000000, 543000000, 951782400, 1711846799, 1711846800,
	                               1720000000, 1735689599, 2383207200, 4102444800, 32503680000};
	unsigned i;

	setenv("TZ", name, 1);
	tzset();
	for (i = 0; i < sizeof times / sizeof *times; i++) {
		struct tm tm = *localtime(&times[i]);

		show(name, &tm);
		printf("back %d\n", mktime(&tm) == times[i]);
	}
}

static void make(int year, int month, int day, int hour, int minute, int dst)
{
	struct tm tm = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour, .tm_min = minute, .tm_isdst = dst};
	time_t time = mktime(&tm);

	printf("%d-%d-%d %d:%d %d: %lld ", year, month, day, hour, minute, dst, (long long)time);
	show("", &tm);
}

static void parse(const char *text, const char *format)
{
	struct tm tm = {.tm_sec = -7, .tm_min = -7, .tm_hour = -7, .tm_mday = -7, .tm_mon = -7, .tm_year = -7, .tm_wday = -7, .tm_yday = -7};
	char *end = strptime(text, format, &tm);

	printf("'%s' by '%s': ", text, format);
	if (!end)
		printf("no\n");
	else
		printf("%d left, %d-%d-%d %d:%d:%d %d %d %ld\n", (int)strlen(end), tm.tm_year, tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		       tm.tm_wday, tm.tm_yday, tm.tm_gmtoff);
}

int main(void)
{
	struct tm tm = {.tm_year = 124, .tm_mon = 13, .tm_mday = -1, .tm_hour = 25, .tm_min = -1}, huge = {.tm_year = 2147483647, .tm_mon = 12};

	zone("Europe/Berlin");
	make(2024, 3, 31, 2, 30, 0);
	make(2024, 3, 31, 2, 30, 1);
	make(2024, 10, 27, 2, 30, 0);
	make(2024, 10, 27, 2, 30, 1);
	make(2024, 7, 1, 12, 0, 0);
	make(2024, 1, 1, 12, 0, 1);
	make(2024, 14, -5, 30, 90, -1);
	zone("America/New_York");
	zone(":Australia/Sydney");
	zone("Asia/Kathmandu");
	zone("America/Sao_Paulo");
	zone("UTC");
	printf("timegm %lld", (long long)timegm(&tm));
	show("", &tm);
	errno = 0;
	printf("too far: %lld %d\n", (long long)timegm(&huge), errno);
	parse("2024-02-29 12:34:56", "%Y-%m-%d %T");
	parse("20240229T123456Z", "%Y%m%dT%H%M%S%z");
	parse("2024-02-29T12:34:56+05:30", "%FT%T%z");
	parse("Thu, 29 Feb 2024 23:59:60 -0800 rest", "%a, %d %b %Y %T %z");
	parse("  7 : 5 pm", "%I : %M %p");
	parse("12:00 AM", "%I:%M %p");
	parse("100 24", "%j %y");
	parse("2024 100", "%Y %j");
	parse("69 1 2", "%y %m %d");
	parse("19 99 12 31", "%C %y %m %d");
	parse("31.12.1999", "%e.%m.%Y");
	parse("32.12.1999", "%e.%m.%Y");
	parse("monday", "%A");
	parse("2024 10 1", "%Y %U %w");
	parse("2024 10 1", "%Y %W %w");
	parse("02/29/24 10:11", "%D %R");
	parse("x%y", "x%%y");
	parse("12:61", "%H:%M");
	return 0;
}
