/* SPDX-License-Identifier: MIT
 * nanosleep and clock_nanosleep: the thread parks, its core runs others. sleep and usleep are newlib's, on top. */
#include <errno.h>
#include <pthread.h>
#include <time.h>

static struct timespec later(struct timespec from, const struct timespec *by)
{
    from.tv_sec += by->tv_sec;
    from.tv_nsec += by->tv_nsec;
    if (from.tv_nsec >= 1000000000) {
        from.tv_nsec -= 1000000000;
        from.tv_sec++;
    }
    return from;
}

static int passed(const struct timespec *deadline, struct timespec *left)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    left->tv_sec = deadline->tv_sec - now.tv_sec;
    left->tv_nsec = deadline->tv_nsec - now.tv_nsec;
    if (left->tv_nsec < 0) {
        left->tv_nsec += 1000000000;
        left->tv_sec--;
    }
    return left->tv_sec < 0;
}

/* Nobody else knows this condition: only the clock ends the wait. Its clock may be set while we wait, ours cannot. */
static void park_until(const struct timespec *deadline)
{
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t never = PTHREAD_COND_INITIALIZER;
    struct timespec left, wake;

    pthread_mutex_lock(&mutex);
    while (!passed(deadline, &left)) {
        clock_gettime(CLOCK_REALTIME, &wake);
        wake = later(wake, &left);
        pthread_cond_timedwait(&never, &mutex, &wake);
    }
    pthread_mutex_unlock(&mutex);
}

static int valid(const struct timespec *time)
{
    return time->tv_sec >= 0 && time->tv_nsec >= 0 && time->tv_nsec < 1000000000;
}

/* As POSIX has it: returns the error, leaves errno alone. */
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted, struct timespec *left)
{
    struct timespec now, deadline;

    (void)left; /* nothing interrupts a sleep */
    if (!valid(wanted) || (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC))
        return EINVAL;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (flags & TIMER_ABSTIME) {
        struct timespec theirs, negative;

        clock_gettime(clock, &theirs);
        negative = (struct timespec){ -theirs.tv_sec - 1, 1000000000 - theirs.tv_nsec };
        now = later(now, &negative);
    }
    deadline = later(now, wanted);
    park_until(&deadline);
    return 0;
}

int nanosleep(const struct timespec *wanted, struct timespec *left)
{
    int error = clock_nanosleep(CLOCK_MONOTONIC, 0, wanted, left);

    if (!error)
        return 0;
    errno = error;
    return -1;
}
