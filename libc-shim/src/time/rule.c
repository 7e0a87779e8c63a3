/* SPDX-License-Identifier: MIT
 * Reads zones as POSIX spells them, and says what they make of a time. The caller holds the lock of zones. */
#include "rule.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"

const char *zone_name(const char *name, size_t bytes)
{
    static struct known {
        struct known *next;
        char text[];
    } *all;
    struct known *known;

    for (known = all; known; known = known->next)
        if (!strncmp(known->text, name, bytes) && !known->text[bytes])
            return known->text;
    known = malloc(sizeof *known + bytes + 1);
    if (!known)
        return "";
    memcpy(known->text, name, bytes);
    known->text[bytes] = 0;
    known->next = all;
    all = known;
    return known->text;
}

/* Each of these moves *at behind what it read, and is false where that is not there. */

static bool read_name(const char **at, const char **name)
{
    const char *begin = *at, *end;

    if (*begin == '<') {
        for (end = ++begin; isalnum((unsigned char)*end) || *end == '+' || *end == '-'; end++) {}
        if (*end != '>')
            return false;
        *at = end + 1;
    } else {
        for (end = begin; isalpha((unsigned char)*end); end++) {}
        *at = end;
    }
    if (end - begin < 3)
        return false;
    *name = zone_name(begin, (size_t)(end - begin));
    return true;
}

static bool read_number(const char **at, int *number, int least, int most)
{
    const char *begin = *at;
    int n = 0;

    while (isdigit((unsigned char)**at) && n <= most)
        n = 10 * n + *(*at)++ - '0';
    *number = n;
    return *at > begin && n >= least && n <= most;
}

/* hh[:mm[:ss]], with a sign. */
static bool read_time(const char **at, int32_t *seconds, int most_hours)
{
    int sign = **at == '-' ? -1 : 1, part, unit = SECONDS_AN_HOUR, total;

    *at += **at == '-' || **at == '+';
    if (!read_number(at, &part, 0, most_hours))
        return false;
    total = part * unit;
    while (**at == ':' && unit > 1) {
        ++*at;
        unit /= 60;
        if (!read_number(at, &part, 0, 59))
            return false;
        total += part * unit;
    }
    *seconds = sign * total;
    return true;
}

static bool read_change(const char **at, struct change *change)
{
    if (**at == 'M') {
        change->kind = WEEKDAY;
        ++*at;
        if (!read_number(at, &change->month, 1, 12) || *(*at)++ != '.' || !read_number(at, &change->week, 1, 5) ||
            *(*at)++ != '.' || !read_number(at, &change->day, 0, 6))
            return false;
    } else {
        change->kind = **at == 'J' ? WITHOUT_29_FEBRUARY : COUNTED;
        *at += **at == 'J';
        if (!read_number(at, &change->day, change->kind == COUNTED ? 0 : 1, 365))
            return false;
    }
    change->seconds = 2 * SECONDS_AN_HOUR;
    if (**at != '/')
        return true;
    ++*at;
    return read_time(at, &change->seconds, 167);
}

bool rule_read(struct rule *rule, const char *text)
{
    const char *changes;

    *rule = (struct rule){ .name = { "UTC", "UTC" } };
    if (!read_name(&text, &rule->name[0]))
        return false;
    rule->name[1] = rule->name[0];
    if (!read_time(&text, &rule->offset[0], 24))
        return false;
    rule->offset[0] = rule->offset[1] = -rule->offset[0]; /* POSIX counts west */
    if (!*text)
        return true;
    if (!read_name(&text, &rule->name[1]))
        return false;
    rule->has_summer = true;
    rule->offset[1] += SECONDS_AN_HOUR;
    if (*text && *text != ',') {
        if (!read_time(&text, &rule->offset[1], 24))
            return false;
        rule->offset[1] = -rule->offset[1];
    }
    changes = *text ? text : ",M3.2.0,M11.1.0";
    return *changes++ == ',' && read_change(&changes, &rule->to[1]) && *changes++ == ',' && read_change(&changes, &rule->to[0]) &&
           !*changes;
}

static int64_t day_of(const struct change *change, int64_t year)
{
    int64_t first = day_of_year(year), weekday;
    int days;

    switch (change->kind) {
    case COUNTED:
        return first + change->day;
    case WITHOUT_29_FEBRUARY:
        return first + change->day - 1 + (change->day >= 60 && is_leap(year));
    default:
        first += days_before(year, change->month - 1);
        weekday = (first % 7 + 11) % 7; /* day 0 was a Thursday */
        days = (int)((change->day - weekday + 7) % 7 + 7 * (change->week - 1));
        while (days >= days_before(year, change->month) - days_before(year, change->month - 1))
            days -= 7;
        return first + days;
    }
}

struct local rule_at(const struct rule *rule, int64_t time)
{
    bool summer = false;

    if (rule->has_summer) {
        int64_t year = 1970 + floor_division(time + rule->offset[0], 31556952), begin, end;

        /* The mean year may miss by one near its ends. */
        while (day_of_year(year + 1) * SECONDS_A_DAY <= time + rule->offset[0])
            year++;
        while (day_of_year(year) * SECONDS_A_DAY > time + rule->offset[0])
            year--;
        begin = day_of(&rule->to[1], year) * SECONDS_A_DAY + rule->to[1].seconds - rule->offset[0];
        end = day_of(&rule->to[0], year) * SECONDS_A_DAY + rule->to[0].seconds - rule->offset[1];
        summer = begin < end ? begin <= time && time < end : begin <= time || time < end;
    }
    return (struct local){ rule->offset[summer], summer, rule->name[summer] };
}
