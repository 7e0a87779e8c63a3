/* SPDX-License-Identifier: MIT
 * <time.h> with what newlib names otherwise: XSI's words of the time zone. */
#ifndef FUTURE_POSIX_TIME_H
#define FUTURE_POSIX_TIME_H

#include_next <time.h>

#if __SVID_VISIBLE || __XSI_VISIBLE
#ifdef __cplusplus
extern "C" {
#endif
extern long timezone;
extern int daylight;
#ifdef __cplusplus
}
#endif
#endif

#endif
