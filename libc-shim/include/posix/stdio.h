/* SPDX-License-Identifier: MIT
 * <stdio.h> with getline and getdelim, which newlib has under other names only. */
#ifndef FUTURE_STDIO_H
#define FUTURE_STDIO_H

#include_next <stdio.h>

#if __POSIX_VISIBLE >= 200809
#ifdef __cplusplus
extern "C" {
#endif

ssize_t getline(char **__restrict, size_t *__restrict, FILE *__restrict);
ssize_t getdelim(char **__restrict, size_t *__restrict, int, FILE *__restrict);

#ifdef __cplusplus
}
#endif
#endif

#endif
