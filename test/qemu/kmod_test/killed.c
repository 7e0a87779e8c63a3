// SPDX-License-Identifier: MIT
/* kill -9 at any instant. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kmod_test.h"

static long free_kib(void)
{
	char line[128];
	FILE *table = fopen("/proc/meminfo", "r");
	long kib = 0;

	while (table && fgets(line, sizeof line, table))
		if (sscanf(line, "MemFree: %ld", &kib) == 1)
			break;
	fclose(table);
	return kib;
}

/* Boots, runs, shuts down; with a lot of time in each ioctl. */
static void whole_life(void)
{
	struct process process;

	if (!boot_as(SOUND, NULL))
		_exit(1);
	for (int round = 0; round < 5; round++)
		if (begin(&process, 1, round % 2 ? DO_SPIN : DO_EXIT, 0))
			end(&process);
	process.fd = open_device();
	create(&process, cores_wanted, 4 << 20, FUTURE_CREATE_WAIT);
	close(process.fd);
	shut_down(9);
	_exit(0);
}

/* Whatever is left behind: either nothing, or a machine that works. */
void killed(unsigned rounds)
{
	struct process process;
	unsigned seed = 1, up = 0, fd, round;
	long before = 0;

	for (round = 0; round < rounds; round++) {
		pid_t child = fork();
		int state;

		if (!child) {
			if (!freopen("/dev/null", "w", stdout))
				_exit(1);
			whole_life();
		}
		usleep(rand_r(&seed) % 800000);
		kill(child, SIGKILL);
		CHECK(waitpid(child, &state, 0) == child);
		fd = open_device();
		state = status_of(fd).state;
		CHECK(state == FUTURE_MACHINE_NONE || state == FUTURE_MACHINE_UP);
		if (state == FUTURE_MACHINE_UP) {
			up++;
			/* A create on its way when its maker died may still come and go. Who waits in line comes after it. */
			process.fd = open_device();
			CHECK(create(&process, cores_wanted, 4 << 20, FUTURE_CREATE_WAIT) == 0);
			close(process.made.doorbell);
			close(process.fd);
			wait_free();
			if (begin(&process, cores_wanted, DO_EXIT, 7)) {
				CHECK(exit_of(process.fd).value == 7);
				end(&process);
			}
			CHECK(shut_down(0) == 0);
		}
		CHECK(status_of(fd).state == FUTURE_MACHINE_NONE && status_of(fd).linux_cpus == 0);
		close(fd);
		if (round == 1)
			before = free_kib();
	}
	printf("killed %u times, %u times with a machine left; MemFree %ld KiB, then %ld KiB\n", rounds, up, before,
	       free_kib());
	CHECK(free_kib() > before - 16384);
}

/* Who is killed while he asks for something leaves nothing behind, once his cores are said to be free. */
void killed_asking(unsigned rounds)
{
	struct process process = {.fd = open_device()};
	unsigned seed = 3, round;

	for (round = 0; round < rounds; round++) {
		double limit = now() + 5000;
		pid_t child = fork();
		int state;

		while (!child) {
			struct future_device_run run = {.request = {FUTURE_VERB_RUN, FUTURE_DEVICE_VERSION}};
			struct process mine = {.fd = open_device()};

			create(&mine, cores_wanted, 2 << 20, FUTURE_CREATE_WAIT);
			run.entry = run.start_block = mine.made.made.arena_address;
			run.stack_top = run.entry + 65536;
			ioctl(mine.fd, FUTURE_IOC_RUN_PROC, &run);
			close(mine.made.doorbell);
			close(mine.fd);
		}
		usleep(rand_r(&seed) % 5000);
		kill(child, SIGKILL);
		CHECK(waitpid(child, &state, 0) == child);
		while (status_of(process.fd).status.free_cores != cores_wanted && now() < limit)
			;
		CHECK(create(&process, cores_wanted, 2 << 20, 0) == 0);
		close(process.made.doorbell);
		close(process.fd);
		process.fd = open_device();
	}
	close(process.fd);
	wait_free();
}
