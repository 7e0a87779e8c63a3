/* SPDX-License-Identifier: MIT
 * Days of the Gregorian calendar, counted from 1 January 1970. */
#ifndef LIBC_CALENDAR_H
#define LIBC_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

enum { SECONDS_A_DAY = 86400, SECONDS_AN_HOUR = 3600 };

static inline int64_t floor_division(int64_t n, int64_t by)
{
    return n / by - (n % by < 0);
}

static inline bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Of 1 January. */
static inline int64_t day_of_year(int64_t year)
{
    int64_t before = year - 1;

    return 365 * (year - 1970) + floor_division(before, 4) - floor_division(before, 100) + floor_division(before, 400) - 477;
}

/* Days of a year before its month, which is 0 to 11. */
static inline int days_before(int64_t year, int month)
{
    static const short days[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

    return days[month] + (month > 1 && is_leap(year));
}

#endif
