/* SPDX-License-Identifier: MIT */
/* Functions that copy texts: C17 7.24.2, 7.24.3, POSIX.1-2017. The length first: both passes are vectors', one alone is not. */
#include <string.h>

char *stpcpy(char *restrict to, const char *restrict from)
{
    size_t length = strlen(from);

    memcpy(to, from, length + 1);
    return to + length;
}

char *strcpy(char *restrict to, const char *restrict from)
{
    return memcpy(to, from, strlen(from) + 1);
}

char *stpncpy(char *restrict to, const char *restrict from, size_t bytes)
{
    size_t length = strnlen(from, bytes);

    memcpy(to, from, length);
    memset(to + length, 0, bytes - length);
    return to + length;
}

char *strncpy(char *restrict to, const char *restrict from, size_t bytes)
{
    stpncpy(to, from, bytes);
    return to;
}

char *strcat(char *restrict to, const char *restrict from)
{
    strcpy(to + strlen(to), from);
    return to;
}

char *strncat(char *restrict to, const char *restrict from, size_t most)
{
    size_t length = strnlen(from, most);
    char *end = to + strlen(to);

    memcpy(end, from, length);
    end[length] = 0;
    return to;
}
