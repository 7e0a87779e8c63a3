/* SPDX-License-Identifier: MIT */
/* pthread_yield, on Future only: glibc's header makes this name another name of sched_yield. */
#include <pthread.h>
#include <sched.h>

int pthread_yield(void) { return sched_yield(); }
