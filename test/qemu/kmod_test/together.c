// SPDX-License-Identifier: MIT
/* Many at once: threads on one file, administrators who know nothing of each other, CPUs that go and come. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kmod_test.h"

static void *hammer(void *argument)
{
	unsigned seed = (uintptr_t)argument, round;
	int fd = -1;

	for (round = 0; !stop; round++) {
		struct future_device_kill kill = {{FUTURE_VERB_KILL, FUTURE_DEVICE_VERSION}, rand_r(&seed) % 64, 9};
		struct process process;
		char buffer[1024];
		char *at;

		if (fd < 0)
			fd = open(FUTURE_DEVICE_PATH, O_RDWR | O_NONBLOCK);
		process.fd = fd;
		switch (rand_r(&seed) % 8) {
		case 0:
			close(fd);
			fd = -1;
			break;
		case 1:
			if (create(&process, 1, 2 << 20, 0) == 0)
				close(process.made.doorbell);
			break;
		case 2:
			at = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, fd, rand_r(&seed) % 2 << 20);
			if (at != MAP_FAILED) {
				at[rand_r(&seed) % (1 << 20)] = 1;
				munmap(at, 4096);
				munmap(at + 4096, (1 << 20) - 4096);
			}
			break;
		case 3:
			if (read(fd, buffer, sizeof buffer) < 0 && errno != EAGAIN)
				round++;
			break;
		case 4:
			if (write(fd, &kill, sizeof kill) < 0)
				round++;
			break;
		case 5:
			ioctl(fd, FUTURE_IOC_KILL, &kill);
			break;
		case 6:
			ioctl(fd, FUTURE_IOC_RING_CORE, rand_r(&seed) % 3);
			break;
		case 7:
			ioctl(fd, FUTURE_IOC_LOG, 0);
			break;
		}
	}
	close(fd);
	return NULL;
}

/* Threads of one process share descriptors by number: each may close what another is using. */
void stress(unsigned seconds)
{
	pthread_t threads[4];
	unsigned index;

	stop = false;
	for (index = 0; index < 4; index++)
		pthread_create(&threads[index], NULL, hammer, (void *)(uintptr_t)(index + 1));
	sleep(seconds);
	stop = true;
	for (index = 0; index < 4; index++)
		pthread_join(threads[index], NULL);
	wait_free();
}

/* Administrators who know nothing of each other, one of whom turns CPUs on and off; and users who wait for cores. */
static void race(unsigned seed, double limit)
{
	struct future_device_kill kill = {{FUTURE_VERB_SHUTDOWN, FUTURE_DEVICE_VERSION}, 0, 9};
	struct future_ioc_boot booting = {.timeout_ms = 20000};
	struct future_ioc_reserve reserved;
	char path[64];

	failures = 0; /* our parent's are not ours */
	while (now() < limit) {
		struct process process = {.fd = open_device()};

		switch (rand_r(&seed) % 8) {
		case 0 ... 2:
			if (reserve(process.fd, &reserved))
				break;
			char *image = mmap(NULL, reserved.image_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, process.fd,
					   FUTURE_MMAP_KERNEL);
			booting.entry = load_image(kernel_file, image, &reserved);
			if (rand_r(&seed) % 4)
				ioctl(process.fd, FUTURE_IOC_BOOT_FUTURE, &booting);
			munmap(image, reserved.image_bytes);
			break;
		case 3:
			ioctl(process.fd, FUTURE_IOC_SHUTDOWN, &kill);
			break;
		case 4:
			snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%u/online", 1 + rand_r(&seed) % 3);
			write_file(path, rand_r(&seed) % 2 ? "1" : "0");
			break;
		default:
			ualarm(1000 + rand_r(&seed) % 200000, 0);
			if (!create(&process, 1 + rand_r(&seed) % cores_wanted, 4 << 20, FUTURE_CREATE_WAIT)) {
				usleep(rand_r(&seed) % 20000);
				close(process.made.doorbell);
			}
			ualarm(0, 0);
		}
		close(process.fd);
	}
	_exit(failures != 0);
}

void races(unsigned seconds)
{
	unsigned racers = 6, index;
	int state, fd;

	for (index = 0; index < racers; index++)
		if (!fork())
			race(index + 1, now() + seconds * 1e3);
	for (index = 0; index < racers; index++) {
		CHECK(wait(&state) > 0);
		CHECK(WIFEXITED(state) && WEXITSTATUS(state) == 0);
	}
	fd = open_device();
	if (status_of(fd).state != FUTURE_MACHINE_NONE)
		CHECK(shut_down(9) == 0);
	CHECK(status_of(fd).state == FUTURE_MACHINE_NONE && status_of(fd).linux_cpus == 0);
	close(fd);
	for (index = 1; cores_wanted == 2 && index < 4; index++) { /* else Linux never had them */
		char path[64];

		snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%u/online", index);
		write_file(path, "1");
	}
	CHECK(cores_wanted != 2 || sysconf(_SC_NPROCESSORS_ONLN) == 4);
}

/* Somebody turns a CPU off and on: it can be taken at any time, and comes back. */
void toggled(unsigned rounds)
{
	static const char path[] = "/sys/devices/system/cpu/cpu3/online";
	unsigned wanted = cores_wanted;
	struct future_ioc_reserve reserved;
	pid_t child;
	int fd;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 4)
		return;
	child = fork();
	while (!child) {
		write_file(path, "0");
		write_file(path, "1");
	}
	for (cores_wanted = 3; rounds; rounds--) {
		fd = open_device();
		CHECK(reserve(fd, &reserved) == 0);
		close(fd);
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	write_file(path, "1");
	cores_wanted = wanted;
	CHECK(sysconf(_SC_NPROCESSORS_ONLN) == 4);
}
