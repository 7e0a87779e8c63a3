/* SPDX-License-Identifier: MIT
 * perror as one write: newlib's makes four, between which other threads' words may come. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Weak, beside newlib's own: whoever calls _perror_r gets both that and this one's name. libfuture is searched first. */
__attribute__((weak)) void perror(const char *what)
{
    const char *why = strerror(errno);

    if (what && *what)
        fprintf(stderr, "%s: %s\n", what, why);
    else
        fprintf(stderr, "%s\n", why);
}
