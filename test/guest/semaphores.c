/* SPDX-License-Identifier: MIT */
/* Semaphores from inside: units, deadlines, limits, names. */
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

enum { THREADS = 12 };
static sem_t sem, done;

static struct timespec in(clockid_t clock, long ms)
{
	struct timespec time;

	clock_gettime(clock, &time);
	time.tv_sec += ms / 1000;
	time.tv_nsec += ms % 1000 * 1000000;
	time.tv_sec += time.tv_nsec / 1000000000;
	time.tv_nsec %= 1000000000;
	return time;
}

static void test_values(void)
{
	struct timespec before, after, until;
	int value = -1;

	CHECK(sem_init(&sem, 0, 3) == 0 && sem_getvalue(&sem, &value) == 0 && value == 3);
	CHECK(sem_trywait(&sem) == 0 && sem_trywait(&sem) == 0 && sem_trywait(&sem) == 0);
	CHECK_ERRNO(sem_trywait(&sem), EAGAIN);
	CHECK(sem_getvalue(&sem, &value) == 0 && value == 0);
	for (int clock = 0; clock < 2; clock++) {
		until = in(clock ? CLOCK_MONOTONIC : CLOCK_REALTIME, 50);
		clock_gettime(CLOCK_MONOTONIC, &before);
		CHECK_ERRNO(clock ? sem_clockwait(&sem, CLOCK_MONOTONIC, &until) : sem_timedwait(&sem, &until), ETIMEDOUT);
		clock_gettime(CLOCK_MONOTONIC, &after);
		CHECK((after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000 >= 48);
	}
	until = in(CLOCK_REALTIME, -5000);
	CHECK_ERRNO(sem_timedwait(&sem, &until), ETIMEDOUT);
	CHECK(sem_post(&sem) == 0 && sem_timedwait(&sem, &until) == 0); /* need not wait */
	until.tv_nsec = 1000000000;
	CHECK_ERRNO(sem_timedwait(&sem, &until), EINVAL);
	CHECK_ERRNO(sem_clockwait(&sem, CLOCK_PROCESS_CPUTIME_ID, &until), EINVAL);
	CHECK(sem_destroy(&sem) == 0);
	CHECK_ERRNO(sem_init(&sem, 0, (unsigned)SEM_VALUE_MAX + 1), EINVAL);
	CHECK(sem_init(&sem, 1, SEM_VALUE_MAX) == 0);
	CHECK_ERRNO(sem_post(&sem), EOVERFLOW);
	CHECK(sem_destroy(&sem) == 0);
	CHECK(sysconf(_SC_SEM_VALUE_MAX) == SEM_VALUE_MAX && sysconf(_SC_SEMAPHORES) > 0);
}

static void *wait_for_one(void *unused)
{
	CHECK(sem_wait(&sem) == 0);
	CHECK(sem_post(&done) == 0);
	return unused;
}

static void test_waiters(void)
{
	pthread_t threads[THREADS];
	struct timespec until = in(CLOCK_REALTIME, 10000);
	int value = -1;

	CHECK(sem_init(&sem, 0, 0) == 0 && sem_init(&done, 0, 0) == 0);
	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, wait_for_one, NULL) == 0);
	usleep(20000);
	for (int i = 0; i < THREADS; i++)
		CHECK(sem_post(&sem) == 0);
	for (int i = 0; i < THREADS; i++)
		CHECK(sem_timedwait(&done, &until) == 0);
	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	CHECK(sem_getvalue(&sem, &value) == 0 && value == 0);
	CHECK(sem_destroy(&sem) == 0 && sem_destroy(&done) == 0);
}

static int refused(sem_t *one) { return one == SEM_FAILED ? -1 : 0; }

static void test_names(void)
{
	char name[40], long_name[300] = "/";
	sem_t *one, *same, *other;
	int value = -1;

	snprintf(name, sizeof name, "/guest-semaphores-%ld", (long)getpid());
	memset(long_name + 1, 'x', 290);
	CHECK_ERRNO(refused(sem_open(name, 0)), ENOENT);
	/* Some glibc say EINVAL. */
	CHECK(refused(sem_open(long_name, O_CREAT, 0600, 0)) && (errno == ENAMETOOLONG || errno == EINVAL));
	CHECK_ERRNO(refused(sem_open(name, O_CREAT, 0600, (unsigned)SEM_VALUE_MAX + 1)), EINVAL);
	one = sem_open(name, O_CREAT | O_EXCL, 0600, 2);
	CHECK(one != SEM_FAILED);
	CHECK_ERRNO(refused(sem_open(name, O_CREAT | O_EXCL, 0600, 2)), EEXIST);
	same = sem_open(name, O_CREAT, 0600, 9);
	CHECK(same == one && sem_getvalue(same, &value) == 0 && value == 2);
	CHECK(sem_unlink(name) == 0);
	CHECK_ERRNO(sem_unlink(name), ENOENT);
	other = sem_open(name, O_CREAT, 0600, 0);
	CHECK(other != SEM_FAILED && other != one);
	CHECK(sem_wait(one) == 0 && sem_close(one) == 0 && sem_wait(same) == 0);
	CHECK_ERRNO(sem_trywait(same), EAGAIN);
	CHECK(sem_close(same) == 0 && sem_unlink(name) == 0 && sem_close(other) == 0);
}

int main(void)
{
	test_values();
	test_waiters();
	test_names();
	return check_result("semaphores");
}
