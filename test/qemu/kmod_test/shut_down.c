// SPDX-License-Identifier: MIT
/* Shutting down, with and without programs. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kmod_test.h"

/* A run has just ended, and another was given up while it ran: nothing to be busy with. */
void shut_down_after_run(void)
{
	struct process process;
	int round;

	for (round = 0; round < 3; round++) {
		if (!begin(&process, cores_wanted, round ? DO_SPIN : DO_EXIT, 0))
			return;
		if (!round)
			exit_of(process.fd);
		if (round == 2) {
			FAILS(shut_down(0), EBUSY); /* that one is open */
			end(&process);
			wait_free();
			return;
		}
		end(&process);
		CHECK(shut_down(0) == 0);
		if (!boot())
			exit(1);
	}
}

/* Writes all over its arena until that is taken away. */
static void cling(void)
{
	struct process process;
	unsigned seed = 1;

	if (!begin(&process, 1, DO_SPIN, 0))
		_exit(1);
	for (;;)
		((volatile char *)process.arena)[65536 + rand_r(&seed) % (3 << 20)] = 1;
}

/* Shutting down with programs that nobody closes. */
void shut_down_running(void)
{
	struct process process;
	uint64_t words[128];
	int nowhere = memfd_create("nowhere", MFD_CLOEXEC), state;
	pid_t child = fork();

	if (!child)
		cling();
	usleep(100000);
	if (!begin(&process, 1, DO_SPIN, 0))
		return;
	CHECK(write(nowhere, process.arena, 64) == 64);
	CHECK(write(nowhere, process.channel, 64) == 64);
	CHECK(shut_down(SIGTERM) == 0);
	CHECK(exit_of(process.fd).value == SIGTERM);
	CHECK(read(process.fd, words, sizeof words) == 0);
	CHECK(status_of(process.fd).state == FUTURE_MACHINE_NONE);
	FAILS(ioctl(process.fd, FUTURE_IOC_RING_CORE, 0), ENODEV);
	/* Its memory is Linux's, mapped or not. */
	CHECK(waitpid(child, &state, 0) == child && WIFSIGNALED(state) && WTERMSIG(state) == SIGBUS);
	FAILS(write(nowhere, process.arena, 64), EFAULT);
	FAILS(write(nowhere, process.channel, 64), EFAULT);
	FAILS(mmap(NULL, 4096, PROT_READ, MAP_SHARED, process.fd, FUTURE_MMAP_ARENA), ENODEV);
	CHECK(boot()); /* a reserved region is free again */
	FAILS(write(nowhere, process.arena, 64), EFAULT);
	CHECK(shut_down(0) == 0);
	end(&process);
	close(nowhere);
}
