// SPDX-License-Identifier: MIT
/* A kernel that is broken. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kmod_test.h"

void broken(void)
{
	struct process process;
	struct future_ioc_boot told;
	uint64_t words[128];
	pid_t child;
	double start;
	int state, fd;

	cores_wanted = 1;
	FAILS(boot_as(PANIC_EARLY, &told) ? 0 : -1, EIO);
	CHECK(!strcmp(told.text, "broken on purpose\nsecond line\n"));

	for (int mode = PANIC; mode <= GARBAGE; mode += GARBAGE - PANIC) {
		CHECK(boot_as(mode, &told));
		process.fd = open_device();
		start = now();
		FAILS(create(&process, 1, 2 << 20, 0), EIO);
		printf("a dead kernel is noticed after %.0f ms\n", now() - start);
		FAILS(read(process.fd, words, sizeof words), EIO);
		CHECK(status_of(process.fd).state == FUTURE_MACHINE_DEAD);
		fd = open_device();
		FAILS(create(&process, 1, 2 << 20, 0), ENODEV);
		CHECK(ioctl(fd, FUTURE_IOC_LOG, 0) == 0);
		CHECK(mode != PANIC || expect(fd, CONTROL_LOG_TYPE, words));
		CHECK(mode != PANIC || !strcmp((char *)words + 40, "broken on purpose"));
		close(fd);
		CHECK(shut_down(0) == 0);
		FAILS(read(process.fd, words, sizeof words), EIO);
		close(process.fd);
	}

	/* A process that is made while the machine is shut down is killed, though nothing ran when that began. */
	CHECK(boot_as(LATE, &told));
	child = fork();
	if (!child) {
		process.fd = open_device();
		_exit(create(&process, 1, 2 << 20, 0) || exit_of(process.fd).value != SIGKILL);
	}
	usleep(50000);
	start = now();
	CHECK(shut_down(0) == 0);
	CHECK(now() - start < 4500);
	CHECK(waitpid(child, &state, 0) == child && WIFEXITED(state) && WEXITSTATUS(state) == 0);

	CHECK(boot_as(DEAF, &told));
	process.fd = open_device();
	start = now();
	ualarm(20000, 0);
	FAILS(create(&process, 1, 2 << 20, 0), ETIMEDOUT); /* neither it nor its withdrawal is answered */
	CHECK(now() - start > 9000 && now() - start < 15000);
	FAILS(create(&process, 1, 2 << 20, 0), EEXIST);
	close(process.fd);
	child = fork();
	if (!child) {
		process.fd = open_device();
		create(&process, 1, 2 << 20, 0);
		_exit(0);
	}
	usleep(50000);
	kill(child, SIGKILL);
	CHECK(waitpid(child, &state, 0) == child);
	CHECK(shut_down(9) == 0);
}
