/* SPDX-License-Identifier: MIT
 * newlib's locks as MULiTh mutexes: they park the thread, because libc holds them across delegated calls.
 *
 * All of them stand in this one file: newlib's own file of dummies is left out of the link only if nothing is missing.
 * Locks for streams come from a pool, not from malloc, whose own lock is one of these. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/lock.h>

#include "start.h"

struct __lock {
    pthread_mutex_t mutex; /* normal: all zero is free */
    pthread_t owner;       /* of a recursive lock; 0 when free. Written by the holder only, compared by anyone */
    unsigned long depth;
    struct __lock *next_free;
};

struct __lock __lock___sinit_recursive_mutex;
struct __lock __lock___sfp_recursive_mutex;
struct __lock __lock___atexit_recursive_mutex;
struct __lock __lock___at_quick_exit_mutex;
struct __lock __lock___malloc_recursive_mutex;
struct __lock __lock___env_recursive_mutex;
struct __lock __lock___tz_mutex;
struct __lock __lock___dd_hash_mutex;
struct __lock __lock___arc4random_mutex;

enum { FIRST_LOCKS = 64, LOCKS_A_PAGE = FUTURE_PAGE_BYTES / sizeof(struct __lock) };

static struct __lock first_locks[FIRST_LOCKS];
static struct {
    pthread_mutex_t mutex;
    struct __lock *free;
    struct __lock *fresh, *fresh_end; /* never used yet */
} pool = { .fresh = first_locks, .fresh_end = first_locks + FIRST_LOCKS };

static struct __lock *take_from_pool(void)
{
    struct __lock *lock = pool.free;

    if (lock) {
        pool.free = lock->next_free;
        return lock;
    }
    if (pool.fresh == pool.fresh_end) {
        long page = kernel_call(FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, 0, FUTURE_PAGE_BYTES);

        if (page < 0)
            abort(); /* newlib's interface cannot fail, and a stream without its lock would corrupt silently */
        pool.fresh = (struct __lock *)page;
        pool.fresh_end = pool.fresh + LOCKS_A_PAGE;
    }
    return pool.fresh++;
}

void __retarget_lock_init(_LOCK_T *lock)
{
    pthread_mutex_lock(&pool.mutex);
    *lock = take_from_pool();
    pthread_mutex_unlock(&pool.mutex);
    **lock = (struct __lock){ .owner = 0 };
}

void __retarget_lock_close(_LOCK_T lock)
{
    pthread_mutex_destroy(&lock->mutex);
    pthread_mutex_lock(&pool.mutex);
    lock->next_free = pool.free;
    pool.free = lock;
    pthread_mutex_unlock(&pool.mutex);
}

void __retarget_lock_acquire(_LOCK_T lock)
{
    pthread_mutex_lock(&lock->mutex);
}

int __retarget_lock_try_acquire(_LOCK_T lock)
{
    return pthread_mutex_trylock(&lock->mutex) == 0;
}

void __retarget_lock_release(_LOCK_T lock)
{
    pthread_mutex_unlock(&lock->mutex);
}

void __retarget_lock_init_recursive(_LOCK_T *lock)
{
    __retarget_lock_init(lock);
}

void __retarget_lock_close_recursive(_LOCK_T lock)
{
    __retarget_lock_close(lock);
}

/* Only this thread ever writes its own name here, so a match is certain however stale the read is. */
static int held_by(_LOCK_T lock, pthread_t self)
{
    return __atomic_load_n(&lock->owner, __ATOMIC_RELAXED) == self;
}

static void begin_holding(_LOCK_T lock, pthread_t self)
{
    __atomic_store_n(&lock->owner, self, __ATOMIC_RELAXED);
    lock->depth = 1;
}

void __retarget_lock_acquire_recursive(_LOCK_T lock)
{
    pthread_t self = pthread_self();

    if (held_by(lock, self)) {
        lock->depth++;
        return;
    }
    pthread_mutex_lock(&lock->mutex);
    begin_holding(lock, self);
}

int __retarget_lock_try_acquire_recursive(_LOCK_T lock)
{
    pthread_t self = pthread_self();

    if (held_by(lock, self)) {
        lock->depth++;
        return 1;
    }
    if (pthread_mutex_trylock(&lock->mutex) != 0)
        return 0;
    begin_holding(lock, self);
    return 1;
}

void __retarget_lock_release_recursive(_LOCK_T lock)
{
    if (--lock->depth)
        return;
    __atomic_store_n(&lock->owner, 0, __ATOMIC_RELAXED);
    pthread_mutex_unlock(&lock->mutex);
}
