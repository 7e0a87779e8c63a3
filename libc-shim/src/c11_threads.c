/* SPDX-License-Identifier: MIT
 * C11's threads: each call is the POSIX one with its result in other words. */
#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <threads.h>

static int in_words(int error)
{
    switch (error) {
    case 0:         return thrd_success;
    case EBUSY:     return thrd_busy;
    case ENOMEM:    return thrd_nomem;
    case ETIMEDOUT: return thrd_timedout;
    }
    return thrd_error;
}

/* The psABI returns an int in the low half of a pointer's register: nothing but the result's upper half is undefined. */
int thrd_create(thrd_t *thread, thrd_start_t start, void *argument)
{
    int error = pthread_create(thread, NULL, (void *(*)(void *))(void *)start, argument);

    return error == EAGAIN ? thrd_nomem : in_words(error);
}

int thrd_equal(thrd_t one, thrd_t other)
{
    return pthread_equal(one, other);
}

thrd_t thrd_current(void)
{
    return pthread_self();
}

/* -1 would mean a signal, and there is none that interrupts. */
int thrd_sleep(const struct timespec *time, struct timespec *left)
{
    return clock_nanosleep(CLOCK_REALTIME, 0, time, left) ? -2 : 0;
}

void thrd_exit(int result)
{
    pthread_exit((void *)(intptr_t)result);
}

int thrd_detach(thrd_t thread)
{
    return in_words(pthread_detach(thread));
}

int thrd_join(thrd_t thread, int *result)
{
    void *value = NULL;
    int error = pthread_join(thread, &value);

    if (!error && result)
        *result = (int)(intptr_t)value;
    return in_words(error);
}

void thrd_yield(void)
{
    sched_yield();
}

int mtx_init(mtx_t *mutex, int kind)
{
    pthread_mutexattr_t attributes;

    if (kind & ~(mtx_recursive | mtx_timed))
        return thrd_error;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, kind & mtx_recursive ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL);
    return in_words(pthread_mutex_init(mutex, &attributes));
}

int mtx_lock(mtx_t *mutex)
{
    return in_words(pthread_mutex_lock(mutex));
}

int mtx_timedlock(mtx_t *restrict mutex, const struct timespec *restrict time)
{
    return in_words(pthread_mutex_timedlock(mutex, time));
}

int mtx_trylock(mtx_t *mutex)
{
    return in_words(pthread_mutex_trylock(mutex));
}

int mtx_unlock(mtx_t *mutex)
{
    return in_words(pthread_mutex_unlock(mutex));
}

void mtx_destroy(mtx_t *mutex)
{
    pthread_mutex_destroy(mutex);
}

void call_once(once_flag *flag, void (*routine)(void))
{
    pthread_once(flag, routine);
}

int cnd_init(cnd_t *cond)
{
    return in_words(pthread_cond_init(cond, NULL));
}

int cnd_signal(cnd_t *cond)
{
    return in_words(pthread_cond_signal(cond));
}

int cnd_broadcast(cnd_t *cond)
{
    return in_words(pthread_cond_broadcast(cond));
}

int cnd_wait(cnd_t *cond, mtx_t *mutex)
{
    return in_words(pthread_cond_wait(cond, mutex));
}

int cnd_timedwait(cnd_t *restrict cond, mtx_t *restrict mutex, const struct timespec *restrict time)
{
    return in_words(pthread_cond_timedwait(cond, mutex, time));
}

void cnd_destroy(cnd_t *cond)
{
    pthread_cond_destroy(cond);
}

int tss_create(tss_t *key, tss_dtor_t destructor)
{
    return in_words(pthread_key_create(key, destructor));
}

void *tss_get(tss_t key)
{
    return pthread_getspecific(key);
}

int tss_set(tss_t key, void *value)
{
    return in_words(pthread_setspecific(key, value));
}

void tss_delete(tss_t key)
{
    pthread_key_delete(key);
}
