/* SPDX-License-Identifier: MIT
 * sched_*: of the program as of its calling thread. Policies and priorities are remembered; all threads are equal. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include "future/multh.h"

static int result(int error)
{
    if (!error)
        return 0;
    errno = error;
    return -1;
}

static int is_self(pid_t pid)
{
    return pid == 0 || pid == getpid();
}

static int priority_of(int policy, int real_time)
{
    if (policy == SCHED_FIFO || policy == SCHED_RR)
        return real_time;
    return policy == SCHED_OTHER || policy == SCHED_BATCH || policy == SCHED_IDLE ? 0 : result(EINVAL);
}

int sched_get_priority_max(int policy)
{
    return priority_of(policy, 99);
}

int sched_get_priority_min(int policy)
{
    return priority_of(policy, 1);
}

int sched_setscheduler(pid_t pid, int policy, const struct sched_param *parameters)
{
    return result(is_self(pid) ? pthread_setschedparam(pthread_self(), policy, parameters) : ESRCH);
}

int sched_getscheduler(pid_t pid)
{
    struct sched_param parameters;
    int policy;
    int error = is_self(pid) ? pthread_getschedparam(pthread_self(), &policy, &parameters) : ESRCH;

    return error ? result(error) : policy;
}

int sched_setparam(pid_t pid, const struct sched_param *parameters)
{
    return result(is_self(pid) ? pthread_setschedprio(pthread_self(), parameters->sched_priority) : ESRCH);
}

int sched_getparam(pid_t pid, struct sched_param *parameters)
{
    int policy;

    return result(is_self(pid) ? pthread_getschedparam(pthread_self(), &policy, parameters) : ESRCH);
}

/* A thread runs until it waits or yields. */
int sched_rr_get_interval(pid_t pid, struct timespec *interval)
{
    if (!is_self(pid))
        return result(ESRCH);
    *interval = (struct timespec){ 0 };
    return 0;
}

int sched_setaffinity(pid_t pid, size_t bytes, const cpu_set_t *cores)
{
    return result(is_self(pid) ? pthread_setaffinity_np(pthread_self(), bytes, cores) : ESRCH);
}

int sched_getaffinity(pid_t pid, size_t bytes, cpu_set_t *cores)
{
    return result(is_self(pid) ? pthread_getaffinity_np(pthread_self(), bytes, cores) : ESRCH);
}

int sched_getcpu(void)
{
    return (int)multh_self_core();
}

/* There is no fork whose handlers could run. */
int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
    (void)prepare, (void)parent, (void)child;
    return 0;
}
