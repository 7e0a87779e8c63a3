// SPDX-License-Identifier: MIT
// In a test, pthread_x means MULiTh's from here on; include it after everything else.
#pragma once

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>

#define FOR_ALL_NAMES(X) \
    X(pthread_attr_destroy) X(pthread_attr_getdetachstate) X(pthread_attr_getguardsize) X(pthread_attr_getstack) \
    X(pthread_attr_getstacksize) X(pthread_attr_init) X(pthread_attr_setdetachstate) X(pthread_attr_setguardsize) \
    X(pthread_attr_setstack) X(pthread_attr_setstacksize) X(pthread_barrier_destroy) X(pthread_barrier_init) \
    X(pthread_barrier_wait) X(pthread_barrierattr_getpshared) X(pthread_barrierattr_init) \
    X(pthread_barrierattr_setpshared) X(pthread_cancel) X(pthread_cond_broadcast) X(pthread_cond_clockwait) \
    X(pthread_cond_destroy) X(pthread_cond_init) X(pthread_cond_signal) X(pthread_cond_timedwait) \
    X(pthread_cond_wait) X(pthread_condattr_destroy) X(pthread_condattr_getclock) X(pthread_condattr_init) \
    X(pthread_condattr_setclock) X(pthread_create) X(pthread_detach) X(pthread_equal) X(pthread_exit) \
    X(pthread_getattr_np) X(pthread_getspecific) X(pthread_join) X(pthread_key_create) X(pthread_key_delete) \
    X(pthread_mutex_destroy) X(pthread_mutex_init) X(pthread_mutex_lock) X(pthread_mutex_timedlock) \
    X(pthread_mutex_trylock) X(pthread_mutex_unlock) X(pthread_mutexattr_init) X(pthread_mutexattr_settype) \
    X(pthread_once) X(pthread_rwlock_clockrdlock) X(pthread_rwlock_clockwrlock) X(pthread_rwlock_destroy) \
    X(pthread_rwlock_init) X(pthread_rwlock_rdlock) X(pthread_rwlock_timedrdlock) X(pthread_rwlock_timedwrlock) \
    X(pthread_rwlock_tryrdlock) X(pthread_rwlock_trywrlock) X(pthread_rwlock_unlock) X(pthread_rwlock_wrlock) \
    X(pthread_self) X(pthread_setcancelstate) X(pthread_setcanceltype) X(pthread_setschedparam) X(pthread_setspecific) \
    X(pthread_spin_destroy) X(pthread_spin_init) X(pthread_spin_lock) X(pthread_spin_trylock) X(pthread_spin_unlock) \
    X(pthread_testcancel) X(pthread_timedjoin_np) X(pthread_tryjoin_np) X(sched_yield) X(sem_clockwait) X(sem_close) \
    X(sem_destroy) X(sem_getvalue) X(sem_init) X(sem_open) X(sem_post) X(sem_timedwait) X(sem_trywait) X(sem_unlink) \
    X(sem_wait)
#define DECLARE(name) extern "C" decltype(::name) multh_##name;
FOR_ALL_NAMES(DECLARE)
#undef DECLARE

#include "linux_names.h"
