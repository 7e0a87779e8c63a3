/* SPDX-License-Identifier: MIT
 * getentropy, on which newlib's arc4random stands: Linux's own, through the delegated getrandom. */
#include <errno.h>
#include <sys/random.h>

int getentropy(void *buffer, size_t bytes)
{
    char *next = buffer;

    if (bytes > 256) {
        errno = EIO;
        return -1;
    }
    while (bytes) {
        ssize_t got = getrandom(next, bytes, 0);

        if (got < 0)
            return -1;
        next += got;
        bytes -= got;
    }
    return 0;
}
