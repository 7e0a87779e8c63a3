/* SPDX-License-Identifier: MIT
 * Thread cancellation, as far as newlib's streams ask for it: there is none, so switching it off succeeds. */
#include <errno.h>
#include <pthread.h>

/* Weak: a MULiTh that can cancel threads brings its own. */
__attribute__((weak)) int pthread_setcancelstate(int state, int *old)
{
    if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE)
        return EINVAL;
    if (old)
        *old = PTHREAD_CANCEL_DISABLE;
    return 0;
}
