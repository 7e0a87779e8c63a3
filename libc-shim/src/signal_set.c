/* SPDX-License-Identifier: MIT
 * Sets of signals: bit n-1 is signal n, as Linux has it. */
#include <errno.h>
#include <signal.h>

_Static_assert(sizeof(sigset_t) == 8, "a bit for each of Linux's 64 signals");

static int exists(int number)
{
    if (number >= 1 && number <= 64)
        return 1;
    errno = EINVAL;
    return 0;
}

static sigset_t bit(int number)
{
    return (sigset_t)1 << (number - 1);
}

int sigemptyset(sigset_t *set)
{
    *set = 0;
    return 0;
}

int sigfillset(sigset_t *set)
{
    *set = ~(sigset_t)0;
    return 0;
}

int sigaddset(sigset_t *set, int number)
{
    if (!exists(number))
        return -1;
    *set |= bit(number);
    return 0;
}

int sigdelset(sigset_t *set, int number)
{
    if (!exists(number))
        return -1;
    *set &= ~bit(number);
    return 0;
}

int sigismember(const sigset_t *set, int number)
{
    if (!exists(number))
        return -1;
    return (*set & bit(number)) != 0;
}
