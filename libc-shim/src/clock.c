/* SPDX-License-Identifier: MIT
 * Clocks, read from the time page without a call into the kernel or to Linux. */
#include <errno.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>

#include "future/multh.h"

#define NS_PER_SECOND 1000000000ull
enum { TICKS_PER_SECOND = 100 }; /* sysconf(_SC_CLK_TCK) */

static uint64_t program_began_ns;

static struct timespec to_timespec(uint64_t ns)
{
    return (struct timespec){ .tv_sec = ns / NS_PER_SECOND, .tv_nsec = ns % NS_PER_SECOND };
}

void clock_program_begins(void)
{
    program_began_ns = multh_monotonic_ns();
}

/* The cores belong to the program from its start to its end, so what it uses of one is the time that has passed. */
static uint64_t used_ns(void)
{
    return multh_monotonic_ns() - program_began_ns;
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
        *time = to_timespec(multh_realtime_ns());
        return 0;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
        *time = to_timespec(multh_monotonic_ns());
        return 0;
    case CLOCK_PROCESS_CPUTIME_ID:
        *time = to_timespec(used_ns());
        return 0;
    }
    errno = EINVAL;
    return -1;
}

int clock_getres(clockid_t clock, struct timespec *resolution)
{
    struct timespec ignored;

    if (clock_gettime(clock, &ignored) < 0)
        return -1;
    if (resolution)
        *resolution = (struct timespec){ .tv_nsec = 1 };
    return 0;
}

int clock_settime(clockid_t clock, const struct timespec *time)
{
    (void)clock, (void)time;
    errno = EPERM;
    return -1;
}

int timespec_get(struct timespec *time, int base)
{
    if (base != TIME_UTC)
        return 0;
    clock_gettime(CLOCK_REALTIME, time);
    return base;
}

time_t time(time_t *seconds)
{
    time_t now = (time_t)(multh_realtime_ns() / NS_PER_SECOND);

    if (seconds)
        *seconds = now;
    return now;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone)
{
    uint64_t ns = multh_realtime_ns();

    if (time)
        *time = (struct timeval){ .tv_sec = ns / NS_PER_SECOND, .tv_usec = ns % NS_PER_SECOND / 1000 };
    if (zone)
        *(struct timezone *)zone = (struct timezone){ 0 };
    return 0;
}

clock_t clock(void)
{
    return used_ns() / (NS_PER_SECOND / CLOCKS_PER_SEC);
}

clock_t times(struct tms *times)
{
    if (times)
        *times = (struct tms){ .tms_utime = used_ns() / (NS_PER_SECOND / TICKS_PER_SECOND) };
    return multh_monotonic_ns() / (NS_PER_SECOND / TICKS_PER_SECOND);
}
