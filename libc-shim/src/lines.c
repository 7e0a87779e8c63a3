/* SPDX-License-Identifier: MIT
 * getline and getdelim: newlib has them under other names only. */
#include <stdio.h>

ssize_t getline(char **restrict line, size_t *restrict room, FILE *restrict stream)
{
    return __getline(line, room, stream);
}

ssize_t getdelim(char **restrict line, size_t *restrict room, int last, FILE *restrict stream)
{
    return __getdelim(line, room, last, stream);
}
