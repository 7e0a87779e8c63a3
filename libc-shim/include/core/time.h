/* SPDX-License-Identifier: MIT
 * <time.h> with Linux's clock numbers and struct tm. */
#ifndef FUTURE_TIME_H
#define FUTURE_TIME_H

#define __TM_GMTOFF tm_gmtoff
#define __TM_ZONE   tm_zone

#include_next <time.h>

#undef CLOCK_REALTIME
#undef CLOCK_MONOTONIC
#undef CLOCK_PROCESS_CPUTIME_ID
#undef CLOCK_THREAD_CPUTIME_ID
#undef CLOCK_MONOTONIC_RAW
#undef CLOCK_REALTIME_COARSE
#undef CLOCK_MONOTONIC_COARSE
#undef CLOCK_BOOTTIME
#undef CLOCK_REALTIME_ALARM
#undef CLOCK_BOOTTIME_ALARM
#undef TIMER_ABSTIME
#undef CLK_TCK

#define CLOCK_REALTIME           0
#define CLOCK_MONOTONIC          1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_THREAD_CPUTIME_ID  3
#define CLOCK_MONOTONIC_RAW      4
#define CLOCK_REALTIME_COARSE    5
#define CLOCK_MONOTONIC_COARSE   6
#define CLOCK_BOOTTIME           7
#define CLOCK_REALTIME_ALARM     8
#define CLOCK_BOOTTIME_ALARM     9
#define CLOCK_TAI                11
#define TIMER_ABSTIME            1
#define TIME_UTC                 1

#ifdef __cplusplus
extern "C" {
#endif

int timespec_get(struct timespec *, int);
time_t timegm(struct tm *);

#ifdef __cplusplus
}
#endif

#endif
