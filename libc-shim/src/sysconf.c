/* SPDX-License-Identifier: MIT
 * What a program may ask about its machine: answered from the start block. */
#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "start.h"

enum { DESCRIPTORS = 1024 }; /* the usual soft limit; the proxy's own is never lower */

long sysconf(int name)
{
    switch (name) {
    case _SC_NPROCESSORS_CONF:
    case _SC_NPROCESSORS_ONLN:             return future_start->cores;
    case _SC_PAGESIZE:                     return FUTURE_PAGE_BYTES;
    case _SC_PHYS_PAGES:                   return future_start->arena_bytes / FUTURE_PAGE_BYTES;
    case _SC_AVPHYS_PAGES:                 return kernel_call(FUTURE_SYS_INFO, FUTURE_INFO_FREE_BYTES, 0, 0) / FUTURE_PAGE_BYTES;
    case _SC_THREAD_THREADS_MAX:           return future_start->max_threads;
    case _SC_THREAD_STACK_MIN:             return PTHREAD_STACK_MIN;
    case _SC_THREAD_KEYS_MAX:              return PTHREAD_KEYS_MAX;
    case _SC_THREAD_DESTRUCTOR_ITERATIONS: return PTHREAD_DESTRUCTOR_ITERATIONS;
    case _SC_OPEN_MAX:                     return DESCRIPTORS;
    case _SC_CLK_TCK:                      return 100;
    case _SC_ARG_MAX:                      return ARG_MAX;
    case _SC_IOV_MAX:                      return IOV_MAX;
    case _SC_NGROUPS_MAX:                  return NGROUPS_MAX;
    case _SC_HOST_NAME_MAX:                return HOST_NAME_MAX;
    case _SC_LOGIN_NAME_MAX:               return LOGIN_NAME_MAX;
    case _SC_TTY_NAME_MAX:                 return TTY_NAME_MAX;
    case _SC_LINE_MAX:                     return LINE_MAX;
    case _SC_VERSION:                      return _POSIX_VERSION;
    case _SC_THREADS:                      return _POSIX_THREADS;
    case _SC_THREAD_SAFE_FUNCTIONS:        return _POSIX_THREAD_SAFE_FUNCTIONS;
    case _SC_THREAD_ATTR_STACKADDR:        return _POSIX_THREAD_ATTR_STACKADDR;
    case _SC_THREAD_ATTR_STACKSIZE:        return _POSIX_THREAD_ATTR_STACKSIZE;
    case _SC_MONOTONIC_CLOCK:              return _POSIX_MONOTONIC_CLOCK;
    case _SC_PRIORITY_SCHEDULING:          return _POSIX_PRIORITY_SCHEDULING;
    case _SC_THREAD_PRIORITY_SCHEDULING:   return _POSIX_THREAD_PRIORITY_SCHEDULING;
    case _SC_THREAD_PRIO_INHERIT:          return _POSIX_THREAD_PRIO_INHERIT;
    case _SC_THREAD_PRIO_PROTECT:          return _POSIX_THREAD_PRIO_PROTECT;
    case _SC_THREAD_ROBUST_PRIO_INHERIT:   return _POSIX_THREAD_ROBUST_PRIO_INHERIT;
    case _SC_THREAD_PROCESS_SHARED:        return _POSIX_THREAD_PROCESS_SHARED;
    case _SC_THREAD_ROBUST_PRIO_PROTECT:
    case _SC_THREAD_SPORADIC_SERVER:
    case _SC_THREAD_CPUTIME:               return -1;
    case _SC_BARRIERS:                     return _POSIX_BARRIERS;
    case _SC_SPIN_LOCKS:                   return _POSIX_SPIN_LOCKS;
    case _SC_READER_WRITER_LOCKS:          return _POSIX_READER_WRITER_LOCKS;
    case _SC_SEMAPHORES:                   return _POSIX_SEMAPHORES;
    case _SC_SEM_NSEMS_MAX:                return -1; /* as many as there is memory for */
    case _SC_SEM_VALUE_MAX:                return SEM_VALUE_MAX;
    case _SC_TIMEOUTS:                     return _POSIX_TIMEOUTS;
    case _SC_CLOCK_SELECTION:              return _POSIX_CLOCK_SELECTION;
    case _SC_CPUTIME:                      return _POSIX_CPUTIME;
    case _SC_TIMERS:                       return _POSIX_TIMERS;
    case _SC_FSYNC:                        return _POSIX_FSYNC;
    case _SC_CHILD_MAX:                    return 0;
    case _SC_JOB_CONTROL:
    case _SC_SAVED_IDS:                    return -1;
    }
    errno = EINVAL;
    return -1;
}

int getpagesize(void)
{
    return FUTURE_PAGE_BYTES;
}

int getdtablesize(void)
{
    return DESCRIPTORS;
}

/* No program of ours runs with more rights than its user. */
int issetugid(void)
{
    return 0;
}
