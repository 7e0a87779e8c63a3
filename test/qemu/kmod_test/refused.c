// SPDX-License-Identifier: MIT
/* What must be refused. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kmod_test.h"

void refused_without_machine(void)
{
	struct future_ioc_reserve reserve = {0, 0, 1 << 24, 0, 0};
	struct future_ioc_boot boot = {.entry = 1, .timeout_ms = 100};
	struct future_device_kill kill = {{FUTURE_VERB_SHUTDOWN, FUTURE_DEVICE_VERSION}, 0, 0};
	struct future_ioc_list list = {0, 0, 0};
	struct process process = {.fd = open_device()};
	int fd = process.fd;
	char word[64] = "";

	FAILS(create(&process, 1, 1 << 21, 0), ENODEV);
	FAILS(ioctl(fd, FUTURE_IOC_SHUTDOWN, &kill), ENODEV);
	FAILS(ioctl(fd, FUTURE_IOC_BOOT_FUTURE, &boot), ENODEV);
	FAILS(ioctl(fd, FUTURE_IOC_LOG, 0), ENODEV);
	FAILS(ioctl(fd, FUTURE_IOC_RING_CORE, 0), ENODEV);
	FAILS(read(fd, word, sizeof word), ENODEV);
	FAILS(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, FUTURE_MMAP_ARENA), ENODEV);
	FAILS(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, FUTURE_MMAP_KERNEL), EBUSY);
	CHECK(ioctl(fd, FUTURE_IOC_LIST, &list) == 0 && list.count == 0);
	FAILS(ioctl(fd, FUTURE_IOC_RESERVE, &reserve), EINVAL);
	reserve.cores = 100;
	FAILS(ioctl(fd, FUTURE_IOC_RESERVE, &reserve), EBUSY);
	CHECK(reserve.cores >= cores_wanted && reserve.cores < 100);
	reserve.memory_bytes = 1ull << 40;
	FAILS(ioctl(fd, FUTURE_IOC_RESERVE, &reserve), ENOMEM);
	reserve.memory_bytes = 60ull << 30;
	FAILS(ioctl(fd, FUTURE_IOC_RESERVE, &reserve), ENOMEM);
	printf("memory that can be had: %llu MiB\n", (unsigned long long)reserve.memory_bytes >> 20);
	reserve.memory_bytes = ~0ull;
	FAILS(ioctl(fd, FUTURE_IOC_RESERVE, &reserve), ENOMEM);
	FAILS(ioctl(fd, _IO('F', 200), 0), ENOTTY);
	CHECK(status_of(fd).state == FUTURE_MACHINE_NONE && status_of(fd).linux_cpus == 0);
	close(fd);
}

void refused_reserved(void)
{
	struct future_ioc_boot boot = {.entry = 1, .timeout_ms = 100};
	struct future_ioc_reserve reserved, again;
	int fd = open_device(), other = open_device();
	char *image;

	CHECK(reserve(fd, &reserved) == 0);
	FAILS(reserve(other, &again), EBUSY);
	FAILS(mmap(NULL, 4096, PROT_READ, MAP_SHARED, other, FUTURE_MMAP_KERNEL), EBUSY);
	FAILS(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, FUTURE_MMAP_KERNEL), EINVAL);
	FAILS(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, fd, FUTURE_MMAP_KERNEL), EACCES);
	FAILS(mmap(NULL, reserved.image_bytes + 4096, PROT_READ, MAP_SHARED, fd, FUTURE_MMAP_KERNEL), EINVAL);
	FAILS(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, FUTURE_MMAP_KERNEL + reserved.image_bytes), EINVAL);
	FAILS(ioctl(other, FUTURE_IOC_BOOT_FUTURE, &boot), EBUSY);
	FAILS(ioctl(fd, FUTURE_IOC_BOOT_FUTURE, &boot), EINVAL);
	boot.timeout_ms = 0;
	FAILS(ioctl(fd, FUTURE_IOC_BOOT_FUTURE, &boot), EINVAL);
	CHECK(status_of(fd).state == FUTURE_MACHINE_RESERVED);

	/* An image that only halts. The mapping is gone afterwards. */
	image = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, fd, FUTURE_MMAP_KERNEL);
	CHECK(image != MAP_FAILED);
	memcpy(image, "\xfa\xf4\xeb\xfd", 4);
	boot = (struct future_ioc_boot){.entry = reserved.image_address, .timeout_ms = 300};
	FAILS(ioctl(fd, FUTURE_IOC_BOOT_FUTURE, &boot), ETIMEDOUT);
	CHECK(boot.failed_core == 0 && boot.failed_stage == FUTURE_STAGE_STUB);
	CHECK(status_of(fd).state == FUTURE_MACHINE_NONE && status_of(fd).linux_cpus == 0);
	if (!fork()) {
		signal(SIGBUS, SIG_DFL);
		*(volatile char *)image = 1;
		_exit(0);
	} else {
		int state;

		wait(&state);
		CHECK(WIFSIGNALED(state)); /* not even mapped in a child */
	}
	CHECK(pread(open("/proc/self/exe", O_RDONLY), image, 64, 0) == -1 && errno == EFAULT);
	CHECK(reserve(other, &again) == 0);
	close(other); /* gives back */
	CHECK(status_of(fd).state == FUTURE_MACHINE_NONE);
	munmap(image, 1 << 20);
	close(fd);
}

void refused_verbs(void)
{
	struct future_device_kill kill = {{FUTURE_VERB_KILL, FUTURE_DEVICE_VERSION}, 0, 9};
	struct future_device_run run = {.request = {FUTURE_VERB_RUN, FUTURE_DEVICE_VERSION}};
	struct future_device_process listed;
	struct future_ioc_list list = {1, 0, 0};
	struct iovec here, there;
	int memory;
	struct future_ioc_reserve reserved;
	struct process process = {.fd = open_device()};
	int fd = process.fd, state;
	char word[600];

	FAILS(reserve(fd, &reserved), EBUSY);
	FAILS(create(&process, 0, 1 << 21, 0), EINVAL);
	FAILS(create(&process, 1, 0, 0), EINVAL);
	FAILS(create(&process, 1, 1 << 21, 6), EINVAL);
	FAILS(create(&process, 1, 1ull << 50, 0), ENOMEM);
	FAILS(create(&process, 1, ~0ull, 0), EINVAL);
	FAILS(create(&process, 63, 1 << 21, 0), EBUSY);
	CHECK(process.made.detail == cores_wanted);
	FAILS(ioctl(fd, FUTURE_IOC_CREATE_PROC, NULL), EFAULT);
	process.made.wish.request.version = 9;
	FAILS(ioctl(fd, FUTURE_IOC_CREATE_PROC, &process.made), EPROTO);
	FAILS(ioctl(fd, FUTURE_IOC_RUN_PROC, &run), ESRCH);
	FAILS(ioctl(fd, FUTURE_IOC_KILL, &kill), ESRCH);
	kill.pid = 999;
	FAILS(ioctl(fd, FUTURE_IOC_KILL, &kill), ESRCH);
	kill.signal = 65;
	FAILS(ioctl(fd, FUTURE_IOC_KILL, &kill), EINVAL);
	FAILS(write(fd, &kill, 3), EINVAL);
	FAILS(write(fd, &kill, sizeof kill), EINVAL);
	FAILS(ioctl(fd, FUTURE_IOC_RING_CORE, 0), ESRCH);
	FAILS(ioctl(fd, FUTURE_IOC_LOG, 1), EINVAL);
	FAILS(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, FUTURE_MMAP_ARENA), ENODEV);
	FAILS(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, FUTURE_MMAP_KERNEL), EBUSY);
	FAILS(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0x7ffffffff000), EINVAL);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	FAILS(read(fd, word, sizeof word), EAGAIN);
	CHECK(ioctl(fd, FUTURE_IOC_LOG, 0) == 0);

	if (!begin(&process, 1, DO_SPIN, 0))
		return;
	here = (struct iovec){word, 8};
	there = (struct iovec){process.arena, 8};
	FAILS(shut_down(0), EBUSY);
	list.processes = (uintptr_t)&listed;
	CHECK(ioctl(fd, FUTURE_IOC_LIST, &list) == 0 && list.count == 1);
	CHECK(!strcmp(listed.name, "kmod?test"));
	close(fd);
	FAILS(mmap(NULL, 8 << 20, PROT_READ, MAP_SHARED, process.fd, 0), EINVAL);
	FAILS(mmap(NULL, 4096, PROT_READ, MAP_SHARED, process.fd, 4 << 20), EINVAL);
	FAILS(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, process.fd, 0), EINVAL);
	/* No way round the mapping: neither debuggers nor core dumps nor direct I/O see or keep these pages. */
	memory = open("/proc/self/mem", O_RDWR);
	CHECK(memory >= 0 && process.arena[0] && process.channel[0]);
	FAILS(pread(memory, word, 8, (uintptr_t)process.arena), EIO);
	FAILS(pwrite(memory, word, 8, (uintptr_t)process.channel), EIO);
	FAILS(process_vm_readv(getpid(), &here, 1, &there, 1, 0), EFAULT);
	FAILS(mlock(process.arena, 4096) ? -1 : madvise(process.arena, 4096, MADV_POPULATE_WRITE), EINVAL);
	FAILS(madvise(process.arena, 4096, MADV_DONTNEED), EINVAL);
	FAILS(madvise(process.arena, 4096, MADV_DODUMP), EINVAL);
	close(memory);
	FAILS(mprotect(process.arena, 4096, PROT_READ | PROT_EXEC), EACCES);
	FAILS(madvise(process.arena, 4096, MADV_DOFORK), EINVAL);
	CHECK(mremap(process.arena, 4 << 20, 8 << 20, MREMAP_MAYMOVE) == MAP_FAILED);
	CHECK(mremap(process.arena, 0, 8 << 20, MREMAP_MAYMOVE) == MAP_FAILED);
	CHECK(munmap(process.arena + (1 << 20), 1 << 20) == 0);
	memset(process.arena + (2 << 20), 1, 2 << 20);
	CHECK(process.arena[(4 << 20) - 1] == 1);

	/* Another user's process is his. */
	kill = (struct future_device_kill){{FUTURE_VERB_KILL, FUTURE_DEVICE_VERSION}, process.made.made.pid, 9};
	if (!fork()) {
		struct future_ioc_reserve wish = {1, 0, 1 << 24, 0, 0};
		struct future_device_kill end = {{FUTURE_VERB_SHUTDOWN, FUTURE_DEVICE_VERSION}, 0, 9};
		int mine = open_device(); /* given to him */

		if (setgid(1000) || setuid(1000))
			_exit(1);
		failures = 0;
		FAILS(open(FUTURE_DEVICE_PATH, O_RDWR), EACCES);
		FAILS(ioctl(mine, FUTURE_IOC_KILL, &kill), EPERM);
		FAILS(ioctl(mine, FUTURE_IOC_RESERVE, &wish), EPERM);
		FAILS(ioctl(mine, FUTURE_IOC_SHUTDOWN, &end), EPERM);
		FAILS(mmap(NULL, 4096, PROT_READ, MAP_SHARED, mine, FUTURE_MMAP_KERNEL), EPERM);
		_exit(failures != 0);
	}
	wait(&state);
	CHECK(WIFEXITED(state) && WEXITSTATUS(state) == 0);
	end(&process);
	wait_free();
}

/* A user who was given the device opens it without end: others still can. */
void greedy(void)
{
	struct rlimit plenty = {4096, 4096};
	int pipes[2], state, count = 0, user;
	pid_t child;

	CHECK(chmod(FUTURE_DEVICE_PATH, 0666) == 0 && pipe(pipes) == 0);
	child = fork();
	if (!child) {
		if (setrlimit(RLIMIT_NOFILE, &plenty) || setuid(1000))
			_exit(1);
		while (count < 2000 && open(FUTURE_DEVICE_PATH, O_RDWR) >= 0)
			count++;
		count = errno == EMFILE ? count : -1;
		if (write(pipes[1], &count, sizeof count) == sizeof count)
			pause();
		_exit(1);
	}
	CHECK(read(pipes[0], &count, sizeof count) == sizeof count && count == 256);
	for (user = 0; user <= 1001; user += 1001) {
		if (!fork())
			_exit(setuid(user) || open(FUTURE_DEVICE_PATH, O_RDWR) < 0);
		wait(&state);
		CHECK(WIFEXITED(state) && WEXITSTATUS(state) == 0);
	}
	kill(child, SIGKILL);
	CHECK(waitpid(child, &state, 0) == child);
	if (!fork())
		_exit(setuid(1000) || open(FUTURE_DEVICE_PATH, O_RDWR) < 0);
	wait(&state);
	CHECK(WIFEXITED(state) && WEXITSTATUS(state) == 0);
	CHECK(chmod(FUTURE_DEVICE_PATH, 0660) == 0);
	close(pipes[0]);
	close(pipes[1]);
}
