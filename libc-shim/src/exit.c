/* SPDX-License-Identifier: MIT
 * Ends of a program: _exit, abort, and the signals that a program sends itself. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "future/multh.h"
#include "signal_mask.h"

/* What signal() and sigaction() set. Nothing arrives from outside: Linux's signals end the program from there. */
static _sig_func_ptr handlers[NSIG];

void _exit(int status)
{
    multh_exit_process(status & 0xff);
}

void _Exit(int status)
{
    _exit(status);
}

static int ignored_by_default(int number)
{
    return number == SIGCHLD || number == SIGURG || number == SIGWINCH || number == SIGCONT;
}

/* Those whose default is to leave a core file: where the program was is what one wants to know. */
static int tells_where(int number)
{
    return number == SIGABRT || number == SIGQUIT || number == SIGILL || number == SIGTRAP || number == SIGBUS ||
           number == SIGFPE || number == SIGSEGV || number == SIGSYS || number == SIGXCPU || number == SIGXFSZ;
}

int raise(int number)
{
    _sig_func_ptr handler;

    if (number < 0 || number >= NSIG) {
        errno = EINVAL;
        return -1;
    }
    if (number && signal_is_held(number))
        return 0;
    handler = __atomic_load_n(&handlers[number], __ATOMIC_ACQUIRE);
    if (number == 0 || handler == SIG_IGN || (handler == SIG_DFL && ignored_by_default(number)))
        return 0;
    if (handler == SIG_DFL && tells_where(number))
        multh_end_by_signal(number);
    if (handler == SIG_DFL)
        multh_exit_process(128 + number);
    handler(number);
    return 0;
}

void abort(void)
{
    sigset_t itself;

    sigemptyset(&itself);
    sigaddset(&itself, SIGABRT);
    pthread_sigmask(SIG_UNBLOCK, &itself, NULL);
    raise(SIGABRT);
    multh_end_by_signal(SIGABRT);
}

int kill(pid_t pid, int number)
{
    if (pid == getpid() || pid == 0)
        return raise(number);
    errno = ENOSYS;
    return -1;
}

_sig_func_ptr signal(int number, _sig_func_ptr handler)
{
    if (number <= 0 || number >= NSIG || number == SIGKILL || number == SIGSTOP) {
        errno = EINVAL;
        return SIG_ERR;
    }
    return __atomic_exchange_n(&handlers[number], handler, __ATOMIC_ACQ_REL);
}

int sigaction(int number, const struct sigaction *action, struct sigaction *old)
{
    _sig_func_ptr handler;

    if (number <= 0 || number >= NSIG || (action && (number == SIGKILL || number == SIGSTOP))) {
        errno = EINVAL;
        return -1;
    }
    handler = action ? signal(number, action->sa_handler) : __atomic_load_n(&handlers[number], __ATOMIC_ACQUIRE);
    if (old) {
        old->sa_handler = handler;
        old->sa_mask = 0;
        old->sa_flags = 0;
    }
    return 0;
}
