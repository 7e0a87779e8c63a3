/* SPDX-License-Identifier: MIT
 * nanosleep and clock_nanosleep: the thread parks, its core runs others. sleep and usleep are newlib's, on top. */
#include <errno.h>
#include <time.h>

#include "future/multh.h"

static uint64_t to_ns(const struct timespec *time)
{
    uint64_t ns;

    if (__builtin_mul_overflow((uint64_t)time->tv_sec, 1000000000ull, &ns) ||
        __builtin_add_overflow(ns, (uint64_t)time->tv_nsec, &ns))
        return MULTH_NEVER;
    return ns;
}

static uint64_t sum(uint64_t now, uint64_t ns)
{
    return ns < MULTH_NEVER - now ? now + ns : MULTH_NEVER;
}

/* As POSIX has it: returns the error, leaves errno alone. Nothing interrupts a sleep, so `left` is never written. */
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted, struct timespec *left)
{
    uint64_t ns, now;

    (void)left;
    if (wanted->tv_sec < 0 || wanted->tv_nsec < 0 || wanted->tv_nsec >= 1000000000)
        return EINVAL;
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
        return EINVAL;
    ns = to_ns(wanted);
    if (!(flags & TIMER_ABSTIME)) {
        multh_sleep_until(sum(multh_monotonic_ns(), ns));
    } else if (clock == CLOCK_MONOTONIC) {
        multh_sleep_until(ns);
    } else {
        /* The realtime clock may be set while we sleep: look again. */
        while ((now = multh_realtime_ns()) < ns)
            multh_sleep_until(sum(multh_monotonic_ns(), ns - now));
    }
    return 0;
}

int nanosleep(const struct timespec *wanted, struct timespec *left)
{
    int error = clock_nanosleep(CLOCK_MONOTONIC, 0, wanted, left);

    if (!error)
        return 0;
    errno = error;
    return -1;
}
