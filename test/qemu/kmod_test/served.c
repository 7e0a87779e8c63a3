// SPDX-License-Identifier: MIT
/* What a user gets: processes, clocks, logs, a place in the queue for cores. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kmod_test.h"

void processes(void)
{
	struct future_device_kill kill = {{FUTURE_VERB_KILL, FUTURE_DEVICE_VERSION}, 0, SIGTERM};
	struct control_exit_notice_request notice;
	struct future_device_answer answer = {0};
	struct process process, again;
	uint64_t words[128];
	int round;

	for (round = 0; round < 20; round++) {
		double start = now();

		if (!begin(&process, 1, DO_EXIT, 7))
			return;
		notice = exit_of(process.fd);
		CHECK(notice.kind == CONTROL_EXITED && notice.value == 7);
		if (round == 19)
			printf("create, map, run, exit: %.2f ms\n", now() - start);
		end(&process);
	}
	wait_free();

	if (!begin(&process, 1, DO_FAULT, 0))
		return;
	CHECK(expect(process.fd, CONTROL_EXCEPTION_TYPE, words));
	notice = exit_of(process.fd);
	CHECK(notice.kind == CONTROL_SIGNALLED && notice.value == SIGSEGV);
	end(&process);

	if (!begin(&process, 2, DO_SPIN, 0))
		return;
	again = process;
	FAILS(create(&again, 1, 4 << 20, 0), EEXIST);
	CHECK(write(process.fd, &kill, sizeof kill) == sizeof kill);
	notice = exit_of(process.fd); /* skips the answer */
	CHECK(notice.kind == CONTROL_KILLED && notice.value == SIGTERM);
	CHECK(write(process.fd, &kill, sizeof kill) == sizeof kill);
	FAILS(read(process.fd, &answer, 8), EMSGSIZE);
	CHECK(read(process.fd, &answer, sizeof answer) == sizeof answer && answer.verb == FUTURE_VERB_KILL);
	end(&process);

	/* Closed while it runs. */
	if (!begin(&process, 2, DO_SPIN, 0))
		return;
	end(&process);
	wait_free();
}

/* Creates that wait: served when there is room, withdrawn by a signal. */
void waiting(void)
{
	struct sigaction action = {.sa_handler = nothing};
	struct process first, second;
	pid_t child;
	int state, round;

	if (!begin(&first, cores_wanted, DO_SPIN, 0))
		return;
	second.fd = open_device();
	FAILS(create(&second, 1, 4 << 20, 0), EBUSY);
	CHECK(second.made.detail == 0);
	FAILS(create(&second, 65, 4 << 20, FUTURE_CREATE_WAIT), EINVAL);
	sigaction(SIGALRM, &action, NULL);
	for (round = 0; round < 5; round++) {
		ualarm(20000, 20000);
		FAILS(create(&second, 1, 4 << 20, FUTURE_CREATE_WAIT), EINTR);
	}
	ualarm(0, 0);

	child = fork(); /* a killed waiter's file closes with it */
	if (!child) {
		struct process third = {.fd = open_device()};

		create(&third, 1, 4 << 20, FUTURE_CREATE_WAIT);
		_exit(1);
	}
	usleep(50000);
	kill(child, SIGKILL);
	CHECK(waitpid(child, &state, 0) == child && WIFSIGNALED(state));

	child = fork();
	if (!child) {
		struct process third = {.fd = open_device()};
		int result = close(first.fd); /* this one too keeps the process */

		result = create(&third, 1, 4 << 20, FUTURE_CREATE_WAIT);

		_exit(result ? 1 : 0);
	}
	usleep(50000);
	end(&first);
	CHECK(waitpid(child, &state, 0) == child && WIFEXITED(state) && WEXITSTATUS(state) == 0);
	close(second.fd);
	wait_free();
}

/* Linux's clock as a program sees it. */
void clocks(void)
{
	struct future_time_page *page;
	struct process process;
	int64_t difference;

	if (!begin(&process, 1, DO_TIME, 0))
		return;
	exit_of(process.fd);
	page = &((struct block *)(process.arena + 8192))->time;
	difference = (int64_t)future_clock_read(page, FUTURE_CLOCK_MONOTONIC) - (int64_t)(now() * 1e6);
	printf("time page: %lld ns from Linux's clock\n", (long long)difference);
	CHECK(difference > -20000000 && difference < 20000000);
	end(&process);
}

/* A program that fills the log: others are still served, and readers are told what they missed. */
void logs(void)
{
	struct process noisy, quiet;
	int fd = open_device();
	uint64_t words[128];
	double start;
	unsigned lines = 0;

	CHECK(ioctl(fd, FUTURE_IOC_LOG, 0) == 0);
	CHECK(expect(fd, CONTROL_LOG_TYPE, words)); /* the boot's */
	if (!begin(&noisy, 1, DO_LOG, 0))
		return;
	CHECK(expect(noisy.fd, CONTROL_LOG_TYPE, words)); /* its own, unasked for */
	start = now();
	if (begin(&quiet, 1, DO_EXIT, 3)) {
		CHECK(exit_of(quiet.fd).value == 3);
		printf("create … exit beside a log that is full: %.1f ms\n", now() - start);
		end(&quiet);
	}
	start = now();
	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (now() - start < 300)
		lines += read(fd, words, sizeof words) > 0;
	printf("%u log lines in 0.3 s\n", lines);
	end(&noisy);
	close(fd);
	wait_free();
}

/* Future's CPUs are not to be had, its module not to be unloaded. */
void guarded(void)
{
	struct future_ioc_status status;
	char path[64];
	int fd = open_device();

	status = status_of(fd);
	CHECK(__builtin_popcountll(status.linux_cpus) == (int)cores_wanted && !(status.linux_cpus & 1));
	snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/online", __builtin_ctzll(status.linux_cpus));
	FAILS(write_file(path, "1") ? 0 : -1, EBUSY);
	close(fd);
	FAILS(syscall(SYS_delete_module, "future", O_NONBLOCK), EAGAIN);
	CHECK(access("/sys/power/state", F_OK) || !write_file("/sys/power/state", "freeze"));
}
