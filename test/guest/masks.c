/* SPDX-License-Identifier: MIT */
/* Sets of signals, the thread's mask, what is pending behind it, and jumps that keep it. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>

#include "check.h"

static volatile sig_atomic_t came, last;

static void note(int number)
{
	came++;
	last = number;
}

static sigset_t only(int number)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	return set;
}

static void test_sets(void)
{
	static const int beyond[] = {-1, 0, 65, 1000, 1 << 30};
	sigset_t set;
	size_t i;
	int number;

	CHECK(sigemptyset(&set) == 0);
	CHECK(sigismember(&set, SIGINT) == 0);
	CHECK(sigaddset(&set, SIGINT) == 0 && sigaddset(&set, 31) == 0);
	CHECK(sigismember(&set, SIGINT) == 1 && sigismember(&set, 31) == 1);
	CHECK(sigismember(&set, SIGTERM) == 0);
	CHECK(sigdelset(&set, SIGINT) == 0 && sigismember(&set, SIGINT) == 0);
	CHECK(sigfillset(&set) == 0);
	for (number = 1; number < 32; number++)
		CHECK(sigismember(&set, number) == 1);
	for (i = 0; i < sizeof beyond / sizeof *beyond; i++) {
		errno = 0;
		CHECK(sigaddset(&set, beyond[i]) == -1 && errno == EINVAL);
		errno = 0;
		CHECK(sigdelset(&set, beyond[i]) == -1 && errno == EINVAL);
		errno = 0;
		CHECK(sigismember(&set, beyond[i]) == -1 && errno == EINVAL);
	}
}

static void test_held(void)
{
	sigset_t usr1 = only(SIGUSR1), old, set;

	came = 0;
	CHECK(signal(SIGUSR1, note) != SIG_ERR);
	CHECK(sigprocmask(SIG_BLOCK, &usr1, &old) == 0);
	CHECK(sigismember(&old, SIGUSR1) == 0);
	CHECK(raise(SIGUSR1) == 0 && raise(SIGUSR1) == 0);
	CHECK(came == 0);
	CHECK(sigpending(&set) == 0 && sigismember(&set, SIGUSR1) == 1);
	CHECK(sigprocmask(SIG_BLOCK, 0, &set) == 0 && sigismember(&set, SIGUSR1) == 1);
	CHECK(sigprocmask(SIG_SETMASK, &old, 0) == 0);
	CHECK(came == 1 && last == SIGUSR1); /* once, however often it was raised */
	CHECK(sigpending(&set) == 0 && sigismember(&set, SIGUSR1) == 0);
	errno = 0;
	CHECK(sigprocmask(99, &usr1, 0) == -1 && errno == EINVAL);
	CHECK(sigprocmask(99, 0, &set) == 0);
	CHECK(pthread_sigmask(99, &usr1, 0) == EINVAL);
	sigfillset(&set);
	CHECK(sigprocmask(SIG_SETMASK, &set, 0) == 0);
	CHECK(sigprocmask(SIG_SETMASK, &old, &set) == 0);
	CHECK(sigismember(&set, SIGKILL) == 0 && sigismember(&set, SIGSTOP) == 0 && sigismember(&set, SIGUSR1) == 1);
}

static void test_jumps(void)
{
	sigset_t usr1 = only(SIGUSR1), set;
	volatile int rounds = 0;
	sigjmp_buf keeping, leaving;
	jmp_buf plain;

	if (sigsetjmp(keeping, 1) == 0) {
		CHECK(sigprocmask(SIG_BLOCK, &usr1, 0) == 0);
		siglongjmp(keeping, 1);
	}
	CHECK(sigprocmask(SIG_BLOCK, 0, &set) == 0 && sigismember(&set, SIGUSR1) == 0);
	if (sigsetjmp(leaving, 0) == 0) {
		CHECK(sigprocmask(SIG_BLOCK, &usr1, 0) == 0);
		siglongjmp(leaving, 1);
	}
	CHECK(sigprocmask(SIG_BLOCK, 0, &set) == 0 && sigismember(&set, SIGUSR1) == 1);
	CHECK(sigprocmask(SIG_UNBLOCK, &usr1, 0) == 0);
	switch (_setjmp(plain)) { /* a jump with 0 arrives as 1 */
	case 0: _longjmp(plain, 0);
	case 1: rounds = 1;
	}
	CHECK(rounds == 1);
}

static void *has_own_mask(void *unused)
{
	sigset_t set;

	(void)unused;
	CHECK(pthread_sigmask(SIG_BLOCK, 0, &set) == 0 && sigismember(&set, SIGUSR2) == 1); /* its creator's */
	sigemptyset(&set);
	CHECK(pthread_sigmask(SIG_SETMASK, &set, 0) == 0);
	return 0;
}

static void test_threads(void)
{
	sigset_t usr2 = only(SIGUSR2), set;
	pthread_t thread;

	CHECK(pthread_sigmask(SIG_BLOCK, &usr2, 0) == 0);
	CHECK(pthread_create(&thread, 0, has_own_mask, 0) == 0);
	CHECK(pthread_join(thread, 0) == 0);
	CHECK(pthread_sigmask(SIG_UNBLOCK, &usr2, &set) == 0 && sigismember(&set, SIGUSR2) == 1);
}

int main(void)
{
	test_sets();
	test_held();
	test_jumps();
	test_threads();
	return check_result("masks");
}
