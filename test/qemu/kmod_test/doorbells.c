// SPDX-License-Identifier: MIT
/* Doorbells and interrupts, while they wander too. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kmod_test.h"

void doorbells(void)
{
	struct epoll_event event = {EPOLLIN | EPOLLET, {.u32 = 1}};
	int epoll = epoll_create1(0), round, slow = 0;
	struct process process;
	uint64_t one = 1;
	double start, worst = 0;

	if (!begin(&process, 1, DO_RING, 0))
		return;
	CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, process.made.doorbell, &event) == 0);
	CHECK(epoll_wait(epoll, &event, 1, 2000) == 1);
	start = now();
	for (round = 0; round < 2000; round++) {
		double before = now();

		CHECK(ioctl(process.fd, FUTURE_IOC_RING_CORE, 0) == 0);
		if (epoll_wait(epoll, &event, 1, 2000) != 1) {
			printf("doorbell %d is lost\n", round);
			failures++;
			break;
		}
		slow += now() - before > 900;
		worst = now() - before > worst ? now() - before : worst;
	}
	printf("ring core, ring back, epoll: %.1f us, at worst %.0f ms\n", (now() - start) * 1e3 / round, worst);
	CHECK(slow < 3); /* the module looks each second of its own accord: it must not have been that */
	/* doorbell.c: an interrupt may have been one look too many. Then the last ring's is still on its way. */
	CHECK(epoll_wait(epoll, &event, 1, 50) <= 1);
	CHECK(epoll_wait(epoll, &event, 1, 50) == 0);
	CHECK(write(process.made.doorbell, &one, 8) == 8);
	CHECK(epoll_wait(epoll, &event, 1, 0) == 1);
	FAILS(ioctl(process.fd, FUTURE_IOC_RING_CORE, 1), EINVAL);
	FAILS(ioctl(process.fd, FUTURE_IOC_RING_CORE, -1), EINVAL);
	FAILS(write(process.made.doorbell, &one, 7), EINVAL);
	close(epoll);
	end(&process);
	wait_free();
}

static void *ring_twice(void *doorbell)
{
	uint64_t one = 1;
	int round;

	for (round = 0; round < 2; round++) {
		usleep(50000);
		CHECK(write(*(int *)doorbell, &one, 8) == 8);
	}
	return NULL;
}

static void *read_once(void *doorbell)
{
	uint64_t got;

	CHECK(read(*(int *)doorbell, &got, 8) == 8);
	return NULL;
}

void doorbell_reads(void)
{
	struct sigaction action = {.sa_handler = nothing};
	pthread_t ringer, reader;
	struct process process;
	uint64_t got = 0;
	double start;
	int round;

	if (!begin(&process, 1, DO_RING, 0))
		return;
	CHECK(read(process.made.doorbell, &got, 8) == 8 && got == 1); /* it rings when it begins */
	start = now();
	for (round = 0; round < 2000 && now() - start < 100 * round + 3000; round++) { /* not by the look of each second */
		CHECK(ioctl(process.fd, FUTURE_IOC_RING_CORE, 0) == 0);
		CHECK(read(process.made.doorbell, &got, 8) == 8);
	}
	CHECK(round == 2000);
	printf("ring core, ring back, read: %.1f us\n", (now() - start) * 1e3 / round);

	sigaction(SIGALRM, &action, NULL);
	ualarm(20000, 20000);
	(void)!read(process.made.doorbell, &got, 8); /* the last ring may have come by memory and by interrupt */
	FAILS(read(process.made.doorbell, &got, 8), EINTR);
	ualarm(0, 0);
	FAILS(read(process.made.doorbell, &got, 7), EINVAL);
	fcntl(process.made.doorbell, F_SETFL, O_NONBLOCK);
	FAILS(read(process.made.doorbell, &got, 8), EAGAIN);
	CHECK(ioctl(process.fd, FUTURE_IOC_RING_CORE, 0) == 0);
	for (start = now(); read(process.made.doorbell, &got, 8) != 8 && now() - start < 900;) /* armed by the EAGAIN before */
		continue;
	CHECK(now() - start < 900);
	fcntl(process.made.doorbell, F_SETFL, 0);

	/* Of two readers each takes one ring. Nor does anything else end a read: not even the end of the process. */
	pthread_create(&reader, NULL, read_once, &process.made.doorbell);
	usleep(20000);
	close(process.fd);
	pthread_create(&ringer, NULL, ring_twice, &process.made.doorbell);
	CHECK(read(process.made.doorbell, &got, 8) == 8);
	pthread_join(reader, NULL);
	pthread_join(ringer, NULL);
	CHECK(write(process.made.doorbell, &got, 8) == 8);
	FAILS(syscall(SYS_read, process.made.doorbell, 8, 8), EFAULT);
	process.fd = open_device();
	end(&process);
	wait_free();
}

static int compare(const void *a, const void *b)
{
	return *(const uint32_t *)a < *(const uint32_t *)b ? -1 : 1;
}

void echo(void)
{
	enum { rounds = 2000 };
	static uint32_t ns[rounds];
	struct future_ioc_echo echo = {0, rounds, (uintptr_t)ns};
	int fd = open_device();

	CHECK(ioctl(fd, FUTURE_IOC_ECHO, &echo) == 0);
	qsort(ns, rounds, sizeof ns[0], compare);
	printf("interrupts both ways: median %.1f us, 99%% %.1f us\n", ns[rounds / 2] / 1e3, ns[rounds * 99 / 100] / 1e3);
	echo.core = 77;
	FAILS(ioctl(fd, FUTURE_IOC_ECHO, &echo), EINVAL);
	echo.core = echo.rounds = 0;
	FAILS(ioctl(fd, FUTURE_IOC_ECHO, &echo), EINVAL);
	close(fd);
}

/* The interrupt wanders between Linux's CPUs while it is used. */
static void *wander(void *path)
{
	while (!stop) {
		write_file(path, "1");
		usleep(3000);
		write_file(path, "2");
		usleep(3000);
	}
	return NULL;
}

void affinity(void)
{
	static char path[64];
	FILE *table = fopen("/proc/interrupts", "r");
	char line[512];
	int number = -1;
	pthread_t thread;

	while (table && fgets(line, sizeof line, table))
		if (strstr(line, " future\n"))
			number = atoi(line);
	fclose(table);
	CHECK(number >= 0);
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2 || number < 0)
		return;
	snprintf(path, sizeof path, "/proc/irq/%d/smp_affinity", number);
	stop = false;
	pthread_create(&thread, NULL, wander, path);
	doorbells();
	echo();
	stop = true;
	pthread_join(thread, NULL);
	write_file(path, "1");
}
