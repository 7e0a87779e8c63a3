// SPDX-License-Identifier: MIT
/* The machine: booted, asked, shut down; and files of Linux. */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "kmod_test.h"

unsigned failures;
volatile bool stop;
const char *kernel_file, *broken_file;
unsigned cores_wanted = 2;
static uint64_t memory_wanted = 64 << 20;

double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

int open_device(void)
{
	int fd = open(FUTURE_DEVICE_PATH, O_RDWR | O_CLOEXEC);

	if (fd < 0) {
		perror(FUTURE_DEVICE_PATH);
		exit(2);
	}
	return fd;
}

struct future_ioc_status status_of(int fd)
{
	struct future_ioc_status status;

	CHECK(ioctl(fd, FUTURE_IOC_STATUS, &status) == 0);
	return status;
}

int reserve(int fd, struct future_ioc_reserve *reserved)
{
	*reserved = (struct future_ioc_reserve){.cores = cores_wanted, .memory_bytes = memory_wanted};
	return ioctl(fd, FUTURE_IOC_RESERVE, reserved);
}

uint64_t load_image(const char *name, char *image, const struct future_ioc_reserve *reserved)
{
	Elf64_Ehdr header;
	Elf64_Phdr part;
	int file = open(name, O_RDONLY), index;

	if (file < 0 || pread(file, &header, sizeof header, 0) != sizeof header) {
		perror(name);
		exit(2);
	}
	for (index = 0; index < header.e_phnum; index++) {
		if (pread(file, &part, sizeof part, header.e_phoff + index * sizeof part) != sizeof part)
			exit(2);
		if (part.p_type != PT_LOAD)
			continue;
		/* A plain read(2) straight into the mapping. */
		CHECK(pread(file, image + (part.p_vaddr - reserved->image_address), part.p_filesz, part.p_offset) ==
		      (ssize_t)part.p_filesz);
	}
	close(file);
	return header.e_entry;
}

bool boot_as(uint64_t mode, struct future_ioc_boot *told)
{
	struct future_ioc_boot booting = {.timeout_ms = 20000};
	struct future_ioc_reserve reserved;
	int fd = open_device();
	double start = now(), taken, up;
	char *image;
	bool good;

	if (reserve(fd, &reserved)) {
		perror("reserve");
		exit(2);
	}
	taken = now();
	image = mmap(NULL, reserved.image_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, FUTURE_MMAP_KERNEL);
	CHECK(image != MAP_FAILED);
	booting.entry = load_image(mode ? broken_file : kernel_file, image, &reserved);
	if (mode)
		memcpy(image + 8, &mode, sizeof mode);
	up = now();
	good = ioctl(fd, FUTURE_IOC_BOOT_FUTURE, &booting) == 0;
	if (told)
		*told = booting;
	else if (!good)
		printf("boot: %s; core %u stage %u: %s\n", strerror(errno), booting.failed_core, booting.failed_stage,
		       booting.text);
	else
		printf("reserve %.0f ms, image %.0f ms, boot %.0f ms: %u cores, %llu MiB\n", taken - start, up - taken,
		       now() - up, booting.cores, (unsigned long long)booting.memory_bytes >> 20);
	munmap(image, reserved.image_bytes);
	close(fd);
	return good;
}

bool boot(void)
{
	return boot_as(SOUND, NULL);
}

int shut_down(uint32_t signal)
{
	struct future_device_kill kill = {{FUTURE_VERB_SHUTDOWN, FUTURE_DEVICE_VERSION}, 0, signal};
	int fd = open_device(), result;
	double start = now();

	result = ioctl(fd, FUTURE_IOC_SHUTDOWN, &kill);
	if (!result)
		printf("shutdown %.0f ms\n", now() - start);
	close(fd);
	return result;
}

void cycles(unsigned count)
{
	while (count--) {
		int fd;

		if (!boot())
			exit(1);
		fd = open_device();
		CHECK(status_of(fd).state == FUTURE_MACHINE_UP);
		CHECK(status_of(fd).status.cores == cores_wanted);
		close(fd);
		CHECK(shut_down(0) == 0);
		fd = open_device();
		CHECK(status_of(fd).state == FUTURE_MACHINE_NONE && status_of(fd).linux_cpus == 0);
		close(fd);
	}
}

/* Out and in again. */
void unload(void)
{
	CHECK(syscall(SYS_delete_module, "future", O_NONBLOCK) == 0);
	CHECK(access(FUTURE_DEVICE_PATH, F_OK) != 0);
}

bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY), length = strlen(text);
	bool good = fd >= 0 && write(fd, text, length) == length;

	close(fd);
	return good;
}

/* A handler: what the signal interrupts, ends. */
void nothing(int signal)
{
	(void)signal;
}
