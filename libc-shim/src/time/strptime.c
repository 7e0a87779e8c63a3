/* SPDX-License-Identifier: MIT
 * strptime as Linux's C library has it: numbers end after their digits ("%Y%m%d"), %z and %s are read, and fields that follow
 * from others are filled in. Names are those of the C locale, the only ones there are. */
#include <ctype.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "calendar.h"

/* What has been read, for what follows from it. */
struct reading {
    struct tm *tm;
    const char *at;
    bool year, month, day, weekday, day_of_year, is_pm, hour_of_12, week_sunday, week_monday;
    int century, year_of_century, week;
};

static bool number(struct reading *r, int least, int most, int digits, int *value)
{
    int n = 0, count = 0;

    while (*r->at == ' ')
        r->at++;
    for (; count < digits && 10 * n <= most && isdigit((unsigned char)*r->at); count++)
        n = 10 * n + *r->at++ - '0';
    *value = n;
    return count && n >= least && n <= most;
}

/* One of the names that nl_langinfo has from `full` on, or of the short ones from `brief` on. */
static bool name(struct reading *r, nl_item full, nl_item brief, int count, int *value)
{
    for (int i = 0; i < count; i++) {
        const char *names[] = { nl_langinfo(full + i), nl_langinfo(brief + i) };

        for (int k = 0; k < 2; k++) {
            size_t length = strlen(names[k]);

            if (!strncasecmp(names[k], r->at, length)) {
                r->at += length;
                *value = i;
                return true;
            }
        }
    }
    return false;
}

static bool offset(struct reading *r)
{
    int sign, digits = 0, n = 0;

    while (*r->at == ' ')
        r->at++;
    if (*r->at == 'Z') {
        r->at++;
        r->tm->tm_gmtoff = 0;
        return true;
    }
    if (*r->at != '+' && *r->at != '-')
        return false;
    sign = *r->at++ == '-' ? -1 : 1;
    while (digits < 4 && isdigit((unsigned char)*r->at)) {
        n = 10 * n + *r->at++ - '0';
        digits++;
        if (digits == 2 && *r->at == ':' && isdigit((unsigned char)r->at[1]))
            r->at++;
    }
    if (digits == 2)
        n *= 100;
    else if (digits != 4 || n % 100 >= 60)
        return false;
    if (n > 1400)
        return false;
    r->tm->tm_gmtoff = sign * (n / 100 * SECONDS_AN_HOUR + n % 100 * 60);
    return true;
}

static bool since_1970(struct reading *r)
{
    char *end;
    time_t time = strtoll(r->at, &end, 10);

    if (end == r->at || !localtime_r(&time, r->tm))
        return false;
    r->at = end;
    return true;
}

static bool read_all(struct reading *r, const char *format);

static bool year(struct reading *r)
{
    int n;

    if (!number(r, 0, 9999, 4, &n))
        return false;
    r->tm->tm_year = n - 1900;
    r->year = true;
    r->century = r->year_of_century = -1;
    return true;
}

static bool field(struct reading *r, char letter)
{
    struct tm *tm = r->tm;
    int n;

    switch (letter) {
    case '%':
        return *r->at == '%' && r->at++;
    case 'a':
    case 'A':
        return r->weekday = name(r, DAY_1, ABDAY_1, 7, &tm->tm_wday);
    case 'b':
    case 'B':
    case 'h':
        return r->month = name(r, MON_1, ABMON_1, 12, &tm->tm_mon);
    case 'c':
        return read_all(r, "%a %b %e %H:%M:%S %Y");
    case 'C':
        return number(r, 0, 99, 2, &r->century);
    case 'd':
    case 'e':
        return r->day = number(r, 1, 31, 2, &tm->tm_mday);
    case 'D':
    case 'x':
        return read_all(r, "%m/%d/%y");
    case 'F':
        return read_all(r, "%Y-%m-%d");
    case 'H':
    case 'k':
        r->hour_of_12 = false;
        return number(r, 0, 23, 2, &tm->tm_hour);
    case 'I':
    case 'l':
        if (!number(r, 1, 12, 2, &n))
            return false;
        tm->tm_hour = n % 12;
        return r->hour_of_12 = true;
    case 'j':
        if (!number(r, 1, 366, 3, &n))
            return false;
        tm->tm_yday = n - 1;
        return r->day_of_year = true;
    case 'm':
        if (!number(r, 1, 12, 2, &n))
            return false;
        tm->tm_mon = n - 1;
        return r->month = true;
    case 'M':
        return number(r, 0, 59, 2, &tm->tm_min);
    case 'n':
    case 't':
        while (isspace((unsigned char)*r->at))
            r->at++;
        return true;
    case 'p':
        if (strncasecmp(r->at, "AM", 2) && strncasecmp(r->at, "PM", 2))
            return false;
        r->is_pm = tolower((unsigned char)*r->at) == 'p';
        r->at += 2;
        return true;
    case 'r':
        return read_all(r, "%I:%M:%S %p");
    case 'R':
        return read_all(r, "%H:%M");
    case 's':
        return since_1970(r);
    case 'S':
        return number(r, 0, 61, 2, &tm->tm_sec);
    case 'T':
    case 'X':
        return read_all(r, "%H:%M:%S");
    case 'u':
        if (!number(r, 1, 7, 1, &n))
            return false;
        tm->tm_wday = n % 7;
        return r->weekday = true;
    case 'g':
        return number(r, 0, 99, 2, &n);
    case 'G':
        return number(r, 0, 9999, 4, &n);
    case 'U':
        return r->week_sunday = number(r, 0, 53, 2, &r->week);
    case 'W':
        return r->week_monday = number(r, 0, 53, 2, &r->week);
    case 'V':
        return number(r, 0, 53, 2, &n);
    case 'w':
        return r->weekday = number(r, 0, 6, 1, &tm->tm_wday);
    case 'y':
        if (!number(r, 0, 99, 2, &r->year_of_century))
            return false;
        tm->tm_year = r->year_of_century + (r->year_of_century < 69 ? 100 : 0);
        return r->year = true;
    case 'Y':
        return year(r);
    case 'z':
        return offset(r);
    case 'Z': /* read, and not understood */
        while (*r->at && !isspace((unsigned char)*r->at))
            r->at++;
        return true;
    default:
        return false;
    }
}

static bool read_all(struct reading *r, const char *format)
{
    for (; *format; format++) {
        if (isspace((unsigned char)*format)) {
            while (isspace((unsigned char)*r->at))
                r->at++;
        } else if (*format != '%') {
            if (*r->at++ != *format)
                return false;
        } else {
            format++;
            while (*format && strchr("-_0^#EO", *format)) /* modifiers that change nothing here */
                format++;
            if (!*format || !field(r, *format))
                return false;
        }
    }
    return true;
}

static int weekday_of(const struct tm *tm)
{
    return (int)((((day_of_year(1900 + (int64_t)tm->tm_year) + tm->tm_yday) % 7) + 11) % 7);
}

static void month_and_day(struct tm *tm, bool month, bool day)
{
    int64_t year = 1900 + (int64_t)tm->tm_year;
    int found = 0;

    while (found < 11 && days_before(year, found + 1) <= tm->tm_yday)
        found++;
    if (!month)
        tm->tm_mon = found;
    if (!day)
        tm->tm_mday = tm->tm_yday - days_before(year, found) + 1;
}

static void complete(struct reading *r)
{
    struct tm *tm = r->tm;
    bool whole;

    if (r->hour_of_12 && r->is_pm)
        tm->tm_hour += 12;
    if (r->century >= 0) {
        tm->tm_year = (r->century - 19) * 100 + (r->year_of_century >= 0 ? r->year_of_century : 0);
        r->year = true;
    }
    whole = r->year && r->month && r->day;
    if (whole || (r->month && r->day)) {
        if (!r->day_of_year)
            tm->tm_yday = days_before(1900 + (int64_t)tm->tm_year, tm->tm_mon) + tm->tm_mday - 1;
    } else if (r->day_of_year) {
        month_and_day(tm, r->month, r->day);
    }
    if (!r->weekday && (whole || (r->month && r->day) || r->day_of_year))
        tm->tm_wday = weekday_of(tm);
    if ((r->week_sunday || r->week_monday) && r->weekday && !r->month && !r->day && !r->day_of_year) {
        int shift = r->week_monday, first;

        first = (int)(((day_of_year(1900 + (int64_t)tm->tm_year) % 7) + 11) % 7);
        tm->tm_yday = (7 - (first - shift)) % 7 + (r->week - 1) * 7 + (tm->tm_wday - shift + 7) % 7;
        month_and_day(tm, false, false);
    }
}

char *strptime(const char *restrict text, const char *restrict format, struct tm *restrict tm)
{
    struct reading r = { .tm = tm, .at = text, .century = -1, .year_of_century = -1 };

    if (!read_all(&r, format))
        return NULL;
    complete(&r);
    return (char *)r.at;
}

char *strptime_l(const char *restrict text, const char *restrict format, struct tm *restrict tm, locale_t locale)
{
    (void)locale;
    return strptime(text, format, tm);
}
