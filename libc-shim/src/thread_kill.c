/* SPDX-License-Identifier: MIT
 * pthread_kill, as far as there are signals: only a thread itself can run its handlers as yet. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>

static int exists(pthread_t thread)
{
    struct sched_param unused;
    int policy;

    return pthread_getschedparam(thread, &policy, &unused) == 0;
}

static int has_handler(int number)
{
    struct sigaction action;

    return sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN;
}

/* What is ignored, or ends the program, does so from any thread. */
int pthread_kill(pthread_t thread, int number)
{
    if (number < 0 || number >= NSIG)
        return EINVAL;
    if (!exists(thread))
        return ESRCH;
    if (number == 0)
        return 0;
    if (!pthread_equal(thread, pthread_self()) && has_handler(number))
        return ENOSYS;
    return raise(number) == 0 ? 0 : errno;
}
