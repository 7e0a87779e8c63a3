/* SPDX-License-Identifier: MIT
 * For Linux: calls what Future has, what Linux answers, what is always ENOSYS, and what no Future will ever have. */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc > 3)
        return fork();
    puts(gnu_get_libc_version());
    return open(argv[0], O_RDONLY) < atoi(argv[0]);
}
