/* SPDX-License-Identifier: MIT
 * newlib's locks as MULiTh mutexes: they park the thread, because libc holds them across delegated calls.
 *
 * newlib's own file of dummies is left out of libc.a, so every lock and every function of it stands here; but malloc's, of
 * which nothing is left (malloc/). Locks for streams come from a pool. */
#include <stdlib.h>
#include <sys/lock.h>

#include "future/multh.h"
#include "start.h"

struct __lock {
    struct multh_mutex mutex;
    struct __lock *next_free;
};

#define RECURSIVE { .mutex = MULTH_MUTEX_RECURSIVE_INITIALIZER }

struct __lock __lock___sinit_recursive_mutex = RECURSIVE;
struct __lock __lock___sfp_recursive_mutex = RECURSIVE;
struct __lock __lock___atexit_recursive_mutex = RECURSIVE;
struct __lock __lock___env_recursive_mutex = RECURSIVE;
struct __lock __lock___at_quick_exit_mutex;
struct __lock __lock___tz_mutex;
struct __lock __lock___dd_hash_mutex;
struct __lock __lock___arc4random_mutex;

enum { FIRST_LOCKS = 32, LOCKS_A_PAGE = FUTURE_PAGE_BYTES / sizeof(struct __lock) };

static struct __lock first_locks[FIRST_LOCKS];
static struct {
    struct multh_mutex mutex;
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

static void initialise(_LOCK_T *lock, enum multh_mutex_kind kind)
{
    multh_mutex_lock(&pool.mutex);
    *lock = take_from_pool();
    multh_mutex_unlock(&pool.mutex);
    **lock = (struct __lock){ .mutex.kind = kind };
}

void __retarget_lock_init(_LOCK_T *lock)
{
    initialise(lock, MULTH_MUTEX_PLAIN);
}

void __retarget_lock_init_recursive(_LOCK_T *lock)
{
    initialise(lock, MULTH_MUTEX_RECURSIVE);
}

void __retarget_lock_close(_LOCK_T lock)
{
    multh_mutex_lock(&pool.mutex);
    lock->next_free = pool.free;
    pool.free = lock;
    multh_mutex_unlock(&pool.mutex);
}

void __retarget_lock_close_recursive(_LOCK_T lock)
{
    __retarget_lock_close(lock);
}

/* The mutex knows its own kind, so the recursive functions are the plain ones. */

void __retarget_lock_acquire(_LOCK_T lock)
{
    multh_mutex_lock(&lock->mutex);
}

void __retarget_lock_acquire_recursive(_LOCK_T lock)
{
    multh_mutex_lock(&lock->mutex);
}

int __retarget_lock_try_acquire(_LOCK_T lock)
{
    return multh_mutex_trylock(&lock->mutex) == 0;
}

int __retarget_lock_try_acquire_recursive(_LOCK_T lock)
{
    return multh_mutex_trylock(&lock->mutex) == 0;
}

void __retarget_lock_release(_LOCK_T lock)
{
    multh_mutex_unlock(&lock->mutex);
}

void __retarget_lock_release_recursive(_LOCK_T lock)
{
    multh_mutex_unlock(&lock->mutex);
}
