/* SPDX-License-Identifier: MIT
 * Local time: tzset, localtime_r, mktime, and timegm. TZ is looked at by each of them, and read again where it has changed.
 *
 * newlib knows one rule of two names; these know the zones of Linux's files too, and /etc/localtime. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "calendar.h"
#include "zone_file.h"

char *_tzname[2] = { "UTC", "UTC" };
long _timezone;
int _daylight;
/* Under POSIX's names too. */
extern long timezone __attribute__((alias("_timezone")));
extern int daylight __attribute__((alias("_daylight")));

/* newlib's. */
void __tz_lock(void);
void __tz_unlock(void);
void _tzset_unlocked(void);

static struct {
    char *text; /* of TZ, as it was read; null where there was none */
    bool is_read;
    struct zone_file file; /* without bytes, `rule` is the zone */
    struct rule rule;
} zone;

static void publish(void)
{
    struct local newest[2] = { { 0, false, NULL }, { 0, true, NULL } };

    if (zone.file.bytes)
        zone_file_newest(&zone.file, newest);
    else
        for (int i = 0; i < 2; i++)
            newest[i] = (struct local){ zone.rule.offset[i], i, zone.rule.name[i] };
    _daylight = zone.file.bytes ? newest[1].name != NULL : zone.rule.has_summer;
    _timezone = newest[0].name ? -newest[0].offset : 0;
    for (int i = 0; i < 2; i++)
        _tzname[i] = (char *)(newest[i].name ? newest[i].name : newest[!i].name);
}

/* Under the lock, like all below that look at `zone`. */
void _tzset_unlocked(void)
{
    const char *text = getenv("TZ"), *name = text;
    bool same = text ? zone.text && !strcmp(text, zone.text) : !zone.text;
    int error = errno;

    if (zone.is_read && same)
        return;
    free(zone.file.bytes);
    free(zone.text);
    zone.text = text ? strdup(text) : NULL;
    zone.is_read = true;
    if (!name)
        name = "/etc/localtime";
    else if (*name == ':')
        name++;
    zone.file.bytes = NULL;
    /* A rule needs no file; what is neither is UTC, by the name that it has. */
    if (!rule_read(&zone.rule, name) && *name && !zone_file_read(&zone.file, name))
        zone.rule.offset[0] = zone.rule.offset[1] = zone.rule.has_summer = 0;
    publish();
    errno = error;
}

void tzset(void)
{
    __tz_lock();
    _tzset_unlocked();
    __tz_unlock();
}

static struct local local_at(int64_t time)
{
    return zone.file.bytes ? zone_file_at(&zone.file, time) : rule_at(&zone.rule, time);
}

/* False, with EOVERFLOW, if the year does not fit. */
static bool fill(struct tm *tm, time_t time, struct local local)
{
    const time_t most = (time_t)INT_MAX * 31556952;
    time_t there = time + local.offset;

    if (time > most || time < -most) {
        errno = EOVERFLOW;
        return false;
    }
    gmtime_r(&there, tm);
    tm->tm_isdst = local.summer;
    tm->tm_gmtoff = local.offset;
    tm->tm_zone = local.name;
    return true;
}

struct tm *localtime_r(const time_t *restrict time, struct tm *restrict tm)
{
    struct local local;

    __tz_lock();
    _tzset_unlocked();
    local = local_at(*time);
    __tz_unlock();
    return fill(tm, *time, local) ? tm : NULL;
}

/* What the fields say, in seconds, whatever the zone: nothing is too large for 64 bits here. */
static int64_t seconds_of(const struct tm *tm)
{
    int64_t months = (int64_t)tm->tm_mon, year = 1900 + (int64_t)tm->tm_year + floor_division(months, 12);
    int64_t day = day_of_year(year) + days_before(year, (int)(months - 12 * floor_division(months, 12))) + (int64_t)tm->tm_mday - 1;

    return day * SECONDS_A_DAY + (int64_t)tm->tm_hour * SECONDS_AN_HOUR + (int64_t)tm->tm_min * 60 + tm->tm_sec;
}

time_t timegm(struct tm *tm)
{
    int64_t time = seconds_of(tm);

    return fill(tm, time, (struct local){ 0, false, "GMT" }) ? time : -1;
}

/* The nearest time that is (or is not) summer time, within the years in which a zone may have had some; its offset. */
static bool nearest_offset(int64_t time, bool summer, int32_t *offset)
{
    enum { STEP = 7 * SECONDS_A_DAY, FARTHEST = 9 * 366 * SECONDS_A_DAY };

    for (int64_t away = STEP; away < FARTHEST; away += STEP)
        for (int side = -1; side <= 1; side += 2) {
            struct local local = local_at(time + side * away);

            if (local.summer == summer) {
                *offset = local.offset;
                return true;
            }
        }
    return false;
}

/* A clock that shows `there`: where it shows that twice, as `kind` (tm_isdst) has it; where never, by the offset of that kind. */
static int64_t time_when(int64_t there, int kind)
{
    struct local before = local_at(there - SECONDS_A_DAY), after = local_at(there + SECONDS_A_DAY);
    int64_t early = there - before.offset, late = there - after.offset;
    bool early_is = local_at(early).offset == before.offset, late_is = local_at(late).offset == after.offset;
    int64_t time = early_is || !late_is ? early : late;
    int32_t offset;

    if (kind < 0)
        return time;
    if (before.summer != (kind > 0) && after.summer == (kind > 0) && early_is == late_is)
        return late;
    if (local_at(time).summer != (kind > 0) && nearest_offset(time, kind > 0, &offset))
        time = there - offset;
    return time;
}

time_t mktime(struct tm *tm)
{
    int64_t time;
    struct local local;

    __tz_lock();
    _tzset_unlocked();
    time = time_when(seconds_of(tm), tm->tm_isdst);
    local = local_at(time);
    __tz_unlock();
    return fill(tm, time, local) ? time : -1;
}
