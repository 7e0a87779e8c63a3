/* SPDX-License-Identifier: MIT
 * The thread's signal mask, and the jumps that keep it. Signals come from the thread itself as yet. */
#include "signal_mask.h"

#include <errno.h>
#include <setjmp.h>
#include <stddef.h>

int signal_is_held(int number)
{
    if (!sigismember(signal_mask(), number))
        return 0;
    sigaddset(signals_pending(), number);
    return 1;
}

/* A handler may itself change the mask, or raise more: what is pending is looked at anew each time. */
static void deliver(void)
{
    sigset_t ready;

    while ((ready = *signals_pending() & ~*signal_mask()) != 0) {
        int number = __builtin_ctzl(ready) + 1;

        sigdelset(signals_pending(), number);
        raise(number);
    }
}

/* Whatever is blocked, these are not. */
static void set_mask(sigset_t wanted)
{
    sigdelset(&wanted, SIGKILL);
    sigdelset(&wanted, SIGSTOP);
    *signal_mask() = wanted;
    deliver();
}

int pthread_sigmask(int how, const sigset_t *set, sigset_t *old)
{
    sigset_t before = *signal_mask();

    if (set && how != SIG_BLOCK && how != SIG_UNBLOCK && how != SIG_SETMASK)
        return EINVAL;
    if (set)
        set_mask(how == SIG_BLOCK ? before | *set : how == SIG_UNBLOCK ? before & ~*set : *set);
    if (old)
        *old = before;
    return 0;
}

int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
    int error = pthread_sigmask(how, set, old);

    if (!error)
        return 0;
    errno = error;
    return -1;
}

int sigpending(sigset_t *set)
{
    *set = *signals_pending();
    return 0;
}

void __sigjmp_save(sigjmp_buf env, int mask_too)
{
    env->__has_mask = mask_too;
    if (mask_too)
        env->__mask = *signal_mask();
}

#undef siglongjmp
void siglongjmp(sigjmp_buf env, int value)
{
    if (env->__has_mask)
        set_mask(env->__mask);
    longjmp(env->__place, value);
}
