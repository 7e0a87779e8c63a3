/* SPDX-License-Identifier: MIT
 * err, warn and their kind. No other thread's words come between those of one message. */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "start.h"

static const char *program_name(void)
{
    const char *path = future_start->argc ? future_start->argv[0] : "";
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static void say(const char *why, const char *format, va_list values)
{
    flockfile(stderr);
    fprintf(stderr, "%s: ", program_name());
    if (format)
        vfprintf(stderr, format, values);
    fprintf(stderr, "%s%s\n", why && format ? ": " : "", why ? why : "");
    funlockfile(stderr);
}

void vwarn(const char *format, va_list values) { say(strerror(errno), format, values); }
void vwarnx(const char *format, va_list values) { say(NULL, format, values); }

void verr(int status, const char *format, va_list values)
{
    vwarn(format, values);
    exit(status);
}

void verrx(int status, const char *format, va_list values)
{
    vwarnx(format, values);
    exit(status);
}

void warn(const char *format, ...)
{
    va_list values;

    va_start(values, format);
    vwarn(format, values);
    va_end(values);
}

void warnx(const char *format, ...)
{
    va_list values;

    va_start(values, format);
    vwarnx(format, values);
    va_end(values);
}

void err(int status, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    verr(status, format, values);
}

void errx(int status, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    verrx(status, format, values);
}
