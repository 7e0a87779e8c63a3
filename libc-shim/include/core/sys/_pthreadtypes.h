/* SPDX-License-Identifier: MIT
 * The pthread types: opaque words that MULiTh lays out, all-zero initialisers, Linux's numbers for the choices. */
#ifndef _SYS__PTHREADTYPES_H_
#define _SYS__PTHREADTYPES_H_

#include <sys/sched.h>

/* MULiTh asserts that its own structures fit. 40 and 48 bytes are glibc's sizes. Zero is a free mutex, an empty
 * condition variable, a once that has not run: libgcc's unwinder relies on it. */
typedef unsigned long pthread_t;
typedef unsigned int pthread_key_t;
typedef int pthread_once_t;

typedef union { unsigned long __words[5]; unsigned int __halves[10]; } pthread_mutex_t;
typedef union { unsigned long __words[6]; unsigned int __halves[12]; } pthread_cond_t;
typedef union { unsigned long __words[7]; unsigned int __halves[14]; } pthread_rwlock_t;
typedef union { unsigned long __words[4]; unsigned int __halves[8]; } pthread_barrier_t;
typedef unsigned int pthread_spinlock_t;

typedef union { unsigned long __words[7]; unsigned int __halves[14]; } pthread_attr_t;
typedef union { unsigned int __words[2]; } pthread_mutexattr_t;
typedef union { unsigned int __words[2]; } pthread_condattr_t;
typedef union { unsigned int __words[2]; } pthread_rwlockattr_t;
typedef union { unsigned int __words[2]; } pthread_barrierattr_t;

#define _PTHREAD_MUTEX_INITIALIZER  { { 0 } }
/* The kind is the last word's; MULiTh's numbers are the PTHREAD_MUTEX_* below. */
#define PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP  { { 0, 0, 0, 0, PTHREAD_MUTEX_RECURSIVE } }
#define PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP { { 0, 0, 0, 0, PTHREAD_MUTEX_ERRORCHECK } }
#define _PTHREAD_COND_INITIALIZER   { { 0 } }
#define _PTHREAD_RWLOCK_INITIALIZER { { 0 } }
#define _PTHREAD_ONCE_INIT          0

#define PTHREAD_CREATE_JOINABLE 0
#define PTHREAD_CREATE_DETACHED 1
#define PTHREAD_MUTEX_NORMAL     0
#define PTHREAD_MUTEX_RECURSIVE  1
#define PTHREAD_MUTEX_ERRORCHECK 2
#define PTHREAD_MUTEX_DEFAULT    PTHREAD_MUTEX_NORMAL
#define PTHREAD_PROCESS_PRIVATE 0
#define PTHREAD_PROCESS_SHARED  1
#define PTHREAD_SCOPE_SYSTEM  0
#define PTHREAD_SCOPE_PROCESS 1
#define PTHREAD_INHERIT_SCHED  0
#define PTHREAD_EXPLICIT_SCHED 1
#define PTHREAD_PRIO_NONE    0
#define PTHREAD_PRIO_INHERIT 1
#define PTHREAD_PRIO_PROTECT 2

#endif
