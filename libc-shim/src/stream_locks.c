/* SPDX-License-Identifier: MIT
 * flockfile and its kind, which newlib declares and has not: the recursive locks of its own functions on streams. */
#include <stdio.h>
#include <sys/lock.h>

void flockfile(FILE *stream)
{
    __lock_acquire_recursive(stream->_lock);
}

int ftrylockfile(FILE *stream)
{
    return !__lock_try_acquire_recursive(stream->_lock);
}

void funlockfile(FILE *stream)
{
    __lock_release_recursive(stream->_lock);
}
