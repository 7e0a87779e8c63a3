// SPDX-License-Identifier: MIT
/* Inside the guest, as root: the module's verbs used as they should be, and as they should not. */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../futurek/abi/native.h"
#include "../../futurek/abi/time_page.h"
#include "../../linux/kmod/uapi/future_ioctl.h"
#include "control_wire.h"

static unsigned failures;
static volatile bool stop;
static const char *kernel_file, *broken_file;
static unsigned cores_wanted = 2;
static uint64_t memory_wanted = 64 << 20;

#define CHECK(condition)                                                                             \
	do {                                                                                         \
		if (!(condition)) {                                                                  \
			printf("%s:%d: %s (errno %d)\n", __FILE__, __LINE__, #condition, errno);     \
			failures++;                                                                  \
		}                                                                                    \
	} while (0)
#define FAILS(call, expected) CHECK((errno = 0, (long)(call) == -1 && errno == (expected)))

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static int open_device(void)
{
	int fd = open(FUTURE_DEVICE_PATH, O_RDWR | O_CLOEXEC);

	if (fd < 0) {
		perror(FUTURE_DEVICE_PATH);
		exit(2);
	}
	return fd;
}

static struct future_ioc_status status_of(int fd)
{
	struct future_ioc_status status;

	CHECK(ioctl(fd, FUTURE_IOC_STATUS, &status) == 0);
	return status;
}

/* ---- the machine ---- */

static int reserve(int fd, struct future_ioc_reserve *reserved)
{
	*reserved = (struct future_ioc_reserve){.cores = cores_wanted, .memory_bytes = memory_wanted};
	return ioctl(fd, FUTURE_IOC_RESERVE, reserved);
}

static uint64_t load_image(const char *name, char *image, const struct future_ioc_reserve *reserved)
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

/* What broken_kernel.c knows. */
enum { SOUND, DEAF, PANIC, PANIC_EARLY, GARBAGE, LATE };

static bool boot_as(uint64_t mode, struct future_ioc_boot *told)
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

static bool boot(void)
{
	return boot_as(SOUND, NULL);
}

static int shut_down(uint32_t signal)
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

static void cycles(unsigned count)
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

/* ---- a program: what it does is in its start block ---- */

enum { DO_EXIT, DO_RING, DO_FAULT, DO_SPIN, DO_TIME, DO_LOG };

struct block {
	uint64_t entry_table;
	uint64_t what;
	uint64_t status; /* or the address of the time page */
	struct future_time_page time;
};

extern const char program[], program_end[];
__asm__(".pushsection .rodata\n"
	"program:\n"
	"	mov %rdi, %rbx\n"
	"	mov (%rbx), %r12\n"
	"	mov 8(%rbx), %rax\n"
	"	cmp $0, %rax\n je 1f\n"
	"	cmp $1, %rax\n je 2f\n"
	"	cmp $2, %rax\n je 3f\n"
	"	cmp $3, %rax\n je 4f\n"
	"	cmp $4, %rax\n je 5f\n"
	"	cmp $5, %rax\n je 6f\n"
	"	ud2\n"
	"1:	mov 16(%rbx), %rdi\n"
	"	call *(%r12)\n"
	"	ud2\n"
	"2:	call *16(%r12)\n" /* ring, sleep, ring, … */
	"	mov $-1, %rdi\n"
	"	call *8(%r12)\n"
	"	jmp 2b\n"
	"3:	movq $0, 8\n"
	"4:	pause\n"
	"	jmp 4b\n"
	"5:	mov 16(%rbx), %rsi\n" /* a copy of the time page, and exit(0) */
	"	lea 24(%rbx), %rdi\n"
	"	mov $40, %ecx\n"
	"	rep movsb\n"
	"	xor %edi, %edi\n"
	"	call *(%r12)\n"
	"6:	lea 24(%rbx), %rdi\n" /* a line of ten zeros, without end */
	"	mov $10, %esi\n"
	"	call *40(%r12)\n"
	"	jmp 6b\n"
	"program_end:\n"
	".popsection\n");

struct process {
	int fd;
	struct future_ioc_create made;
	char *arena, *channel;
};

static int create(struct process *process, uint32_t cores, uint64_t bytes, uint32_t flags)
{
	process->made = (struct future_ioc_create){
		.wish = {{FUTURE_VERB_CREATE, FUTURE_DEVICE_VERSION}, bytes, cores, 16, flags, getpid(), "kmod\033test"}};
	return ioctl(process->fd, FUTURE_IOC_CREATE_PROC, &process->made);
}

static bool begin_code(struct process *process, uint32_t cores, const char *text, const char *text_end, uint64_t what,
		       uint64_t code)
{
	struct future_device_run run = {.request = {FUTURE_VERB_RUN, FUTURE_DEVICE_VERSION}};
	const struct future_device_created *made = &process->made.made;
	struct block *block;

	process->fd = open_device();
	if (create(process, cores, 4 << 20, 0)) {
		printf("create %u cores to do %u: %m\n", cores, (unsigned)what);
		failures++;
		close(process->fd);
		return false;
	}
	process->arena = mmap(NULL, made->arena_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, process->fd,
			      FUTURE_MMAP_ARENA);
	process->channel = mmap(NULL, made->channel_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, process->fd,
				FUTURE_MMAP_CHANNEL);
	CHECK(process->arena != MAP_FAILED && process->channel != MAP_FAILED);
	CHECK(((struct wire_channel *)process->channel)->header.magic == WIRE_CHANNEL_MAGIC);
	block = (struct block *)(process->arena + 8192);
	CHECK(block->entry_table == 0);
	memcpy(process->arena, text, text_end - text);
	*block = (struct block){made->entry_table, what, what == DO_TIME ? made->time_page : code, {0}};
	if (what == DO_LOG)
		memset(&block->time, '-', 10);
	run.entry = made->arena_address;
	run.start_block = made->arena_address + 8192;
	run.stack_top = made->arena_address + 65536;
	run.reserved_bytes = 65536;
	CHECK(ioctl(process->fd, FUTURE_IOC_RUN_PROC, &run) == 0);
	return true;
}

static bool begin(struct process *process, uint32_t cores, uint64_t what, uint64_t code)
{
	return begin_code(process, cores, program, program_end, what, code);
}

static void end(struct process *process)
{
	munmap(process->arena, process->made.made.arena_bytes);
	munmap(process->channel, process->made.made.channel_bytes);
	close(process->made.doorbell);
	close(process->fd);
}

/* The next notice of this kind within five seconds. */
static bool expect(int fd, uint16_t type, uint64_t *words)
{
	struct pollfd look = {fd, POLLIN, 0};
	double limit = now() + 5000;

	while (now() < limit) {
		if (poll(&look, 1, 100) != 1)
			continue;
		if (read(fd, words, 1024) <= 0)
			break;
		if (words[0] && wire_message_type(words[0]) == type)
			return true;
	}
	printf("no notice %#x\n", type);
	return false;
}

static struct control_exit_notice_request exit_of(int fd)
{
	struct control_exit_notice_request notice = {0, 0, 0};
	uint64_t words[128];

	if (expect(fd, CONTROL_EXIT_NOTICE_TYPE, words))
		control_exit_notice_decode(words + WIRE_HEADER_WORDS, wire_size(words[0]) / 8 - WIRE_HEADER_WORDS,
					   &notice);
	return notice;
}

/* What is there that should not be. */
static void show(int fd)
{
	struct future_device_process processes[64];
	struct future_ioc_list list = {64, 0, (uintptr_t)processes};
	unsigned index;

	CHECK(ioctl(fd, FUTURE_IOC_LIST, &list) == 0);
	for (index = 0; index < list.count; index++)
		printf("process %u, state %u, cores %#llx\n", processes[index].pid, processes[index].state,
		       (unsigned long long)processes[index].core_mask);
}

static void wait_free(void)
{
	int fd = open_device(), tries = 100;

	while (status_of(fd).status.processes && tries--)
		usleep(20000);
	show(fd);
	CHECK(status_of(fd).status.processes == 0);
	CHECK(status_of(fd).status.free_cores == cores_wanted);
	close(fd);
}

static void processes(void)
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

static void doorbells(void)
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

static void nothing(int signal)
{
	(void)signal;
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

static void doorbell_reads(void)
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

static void echo(void)
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

/* Creates that wait: served when there is room, withdrawn by a signal. */
static void waiting(void)
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
static void clocks(void)
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
static void logs(void)
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

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY), length = strlen(text);
	bool good = fd >= 0 && write(fd, text, length) == length;

	close(fd);
	return good;
}

/* Future's CPUs are not to be had, its module not to be unloaded. */
static void guarded(void)
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

static void affinity(void)
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

/* ---- a kernel that is broken ---- */

static void broken(void)
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

/* ---- kill -9 at any instant ---- */

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

static void races(unsigned seconds)
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
static void toggled(unsigned rounds)
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

/* Whatever is left behind: either nothing, or a machine that works. */
static void killed(unsigned rounds)
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
static void killed_asking(unsigned rounds)
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

/* Out and in again. */
static void unload(void)
{
	CHECK(syscall(SYS_delete_module, "future", O_NONBLOCK) == 0);
	CHECK(access(FUTURE_DEVICE_PATH, F_OK) != 0);
}

/* ---- what must be refused ---- */

static void refused_without_machine(void)
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

static void refused_reserved(void)
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

static void refused_verbs(void)
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
static void greedy(void)
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

/* ---- what a program may try ---- */

/*
 * Each with the entry table at r12 and, if nothing else has ended the program by then, ud2 behind it. None may harm more
 * than itself. %c0 … are no operands here: basic asm.
 */
#define FLAGS(bits) "pushf\n orl $" bits ", (%rsp)\n popf\n"
#define AT(address) "movabs $" address ", %rax\n"
#define INFO "xor %edi, %edi\n call *48(%r12)\n"
#define ATTACKS(X)                                                                                             \
	X(halt, "hlt") X(interrupts, "cli") X(interrupts_on, "sti") X(input, "in $0x60, %al")                  \
	X(output, "out %al, $0x80") X(read_msr, "mov $0x1b, %ecx\n rdmsr")                                    \
	X(write_msr, "mov $0xc0000082, %ecx\n wrmsr") X(counters, "xor %ecx, %ecx\n rdpmc")                   \
	X(read_cr0, "mov %cr0, %rax") X(write_cr3, "xor %eax, %eax\n mov %rax, %cr3")                         \
	X(write_cr4, "mov %rax, %cr4") X(debug, "mov %rax, %dr7") X(gdt, "lgdt (%rsp)") X(idt, "lidt (%rsp)")  \
	X(task, "mov $0x30, %eax\n ltr %ax") X(ldt, "lldt %ax") X(page, "invlpg (%rsp)") X(caches, "wbinvd")  \
	X(swap, "swapgs") X(return_call, "sysretq") X(enter, "sysenter") X(leave, "sysexitl")                   \
	X(components, "xor %ecx, %ecx\n xor %edx, %edx\n mov $7, %eax\n xsetbv") X(clear_task, "clts")         \
	X(int_80, "int $0x80") X(int_wake, "int $0xf0") X(int_nmi, "int $2") X(int_double, "int $8")           \
	X(int_page, "int $14") X(int_check, "int $18") X(int_debug, "int $1") X(breakpoint, "int3")            \
	X(ice, ".byte 0xf1") X(foreign, "mov $6, %eax\n syscall")                                             \
	X(to_ring_0, "mov %rsp, %rax\n push $0x10\n push %rax\n push $2\n push $8\n push $0\n iretq")           \
	X(far_to_ring_0, "push $8\n lea 1f(%rip), %rax\n push %rax\n lretq\n1:")                              \
	X(far_to_32, "push $0x1b\n lea 1f(%rip), %rax\n push %rax\n lretq\n1:")                              \
	X(level_3, FLAGS("0x3000") "cli") X(step, FLAGS("0x100") "nop\n nop")                                 \
	X(step_foreign, "mov $6, %eax\n" FLAGS("0x100") "syscall") X(nested, FLAGS("0x4000") INFO "iretq")    \
	X(aligned, FLAGS("0x40000") INFO "mov 1(%rsp), %rax")                                                  \
	X(stack_trap, "mov %ss, %eax\n mov %eax, %ss\n int3") X(stack_ice, "mov %ss, %eax\n mov %eax, %ss\n .byte 0xf1") \
	X(stack_call, "mov %ss, %eax\n" FLAGS("0x100") "mov %eax, %ss\n syscall")                             \
	X(backwards, "std\n mov %rsp, %rdi\n mov $64, %esi\n call *40(%r12)\n" INFO)                          \
	X(no_stack, "xor %esp, %esp\n int3") X(no_stack_call, "xor %esp, %esp\n xor %edi, %edi\n jmp *48(%r12)")    \
	X(kernel_stack, AT("0xffffffffc000d000") "mov %rax, %rsp\n int3")                                     \
	X(kernel_stack_call, AT("0xffffffffc000d000") "mov %rax, %rsp\n xor %edi, %edi\n jmp *48(%r12)")        \
	X(odd_stack_call, AT("0x8000000000000001") "mov %rax, %rsp\n xor %edi, %edi\n jmp *48(%r12)")           \
	X(kernel_gs, AT("0xffffffffc0000000") "wrgsbase %rax\n wrfsbase %rax\n" INFO "mov %gs:0, %rax")       \
	X(read_kernel, AT("0xffffffff80200000") "mov (%rax), %rax")                                            \
	X(read_boot, AT("0xffffffff80000000") "mov (%rax), %rax")                                              \
	X(read_memory, AT("0xffff800000000000") "mov (%rax), %rax")                                            \
	X(write_core, AT("0xffffffffc0000000") "mov %rax, (%rax)")                                             \
	X(write_apic, AT("0xffffffffc1000300") "movl $0x000c4500, (%rax)") /* INIT to all others */            \
	X(jump_kernel, AT("0xffffffff80200000") "jmp *%rax") X(jump_odd, AT("0x8000000000000000") "jmp *%rax") \
	X(jump_last, AT("0x7fffffffffff") "jmp *%rax") X(prefetch, AT("0xffffffffc0000000") "prefetcht0 (%rax)") \
	X(write_entry, "mov %rax, (%r12)")                                                                     \
	X(odd_calls, "mov (%r12), %r13\n add $5, %r13\n mov $8, %eax\n call *%r13\n mov $-1, %rax\n call *%r13\n"     \
		     AT("0x8000000000000000") "call *%r13")                                                    \
	X(log_kernel, AT("0xffffffff80000000") "mov %rax, %rdi\n mov $480, %esi\n call *40(%r12)")             \
	X(log_much, "mov $-1, %rdi\n mov $-1, %rsi\n call *40(%r12)\n mov %rsp, %rdi\n mov $-1, %rsi\n call *40(%r12)") \
	X(map_much, "mov $1, %edi\n xor %esi, %esi\n mov $-4096, %rdx\n call *32(%r12)\n mov $2, %edi\n"        \
		    AT("0xfffffffffffff000") "mov %rax, %rsi\n mov $0x2000, %edx\n call *32(%r12)")             \
	X(map_fixed, "mov $3, %edi\n mov %r12, %rsi\n mov $4096, %edx\n call *32(%r12)")                       \
	X(wake_much, "mov $64, %edi\n mov %rsp, %rsi\n mov %rsp, %rdx\n call *24(%r12)\n mov $-1, %rdi\n call *24(%r12)") \
	X(wake_kernel, "mov $1, %edi\n" AT("0xffffffff80200000") "mov %rax, %rsi\n mov %rsp, %rdx\n and $-16, %rdx\n call *24(%r12)") \
	X(data, "mov $8, %eax\n mov %eax, %ds") X(task_data, "mov $0x30, %eax\n mov %eax, %gs")               \
	X(floating, "fld1\n fldz\n push $0x340\n fldcw (%rsp)\n fdivrp\n" INFO "fwait")                         \
	X(vectors, "push $-1\n ldmxcsr (%rsp)")

#define CODE(name, text)                                                                                       \
	extern const char attack_##name[], attack_##name##_end[];                                              \
	__asm__(".pushsection .rodata\nattack_" #name ": mov (%rdi), %r12\n" text "\n ud2\nattack_" #name        \
		"_end:\n.popsection\n");
ATTACKS(CODE)
#define ROW(name, text) {#name, attack_##name, attack_##name##_end},
static const struct attack {
	const char *name, *code, *code_end;
} attacks[] = {ATTACKS(ROW)};

static void hostile_instructions(void)
{
	unsigned index;
	int fd = open_device();

	for (index = 0; index < sizeof attacks / sizeof attacks[0]; index++) {
		const struct attack *attack = &attacks[index];
		struct control_exit_notice_request notice;
		struct process process;

		if (!begin_code(&process, 1, attack->code, attack->code_end, 0, 0))
			break;
		notice = exit_of(process.fd);
		if (notice.kind != CONTROL_SIGNALLED || status_of(fd).state != FUTURE_MACHINE_UP) {
			printf("attack %s: ended by %u, %d\n", attack->name, notice.kind, notice.value);
			failures++;
		}
		end(&process);
	}
	printf("%u attacks\n", index);
	close(fd);
	wait_free();
}

/*
 * Every core calls anything with anything, and keeps a count of its calls; core 0 starts the others. Half of the
 * addresses are in the arena behind code and stacks.
 */
extern const char fuzz[], fuzz_end[];
__asm__(".pushsection .rodata\n"
	"fuzz:	mov %rdi, %rbx\n"
	"	mov (%rbx), %r12\n"
	"	mov %rsi, %r15\n" /* core */
	"	rdtsc\n"
	"	mov %rax, %r13\n"
	"	test %r15, %r15\n"
	"	jnz 2f\n"
	"	mov $1, %r14d\n" /* wake 1, 2, 3: stacks 4 KiB apart */
	"1:	mov %r14, %rdi\n"
	"	lea fuzz(%rip), %rsi\n"
	"	mov %r14, %rdx\n"
	"	shl $12, %rdx\n"
	"	lea 8192(%rbx, %rdx), %rdx\n"
	"	call *24(%r12)\n"
	"	inc %r14d\n"
	"	cmp $4, %r14d\n"
	"	jne 1b\n"
	"2:	call 5f\n"
	"	and $7, %eax\n"
	"	mov %rax, %r14\n"
	"	jz 2b\n" /* exit: only by what the others do */
	"	cmp $7, %eax\n"
	"	je 2b\n"
	"	call 6f\n"
	"	mov %rax, %rdi\n"
	"	call 6f\n"
	"	mov %rax, %rsi\n"
	"	call 6f\n"
	"	mov %rax, %rdx\n"
	"	cmp $1, %r14d\n" /* sleep: not long */
	"	jne 3f\n"
	"	and $1, %edi\n"
	"3:	cmp $4, %r14d\n" /* map: mostly what it knows, behind the first 512 KiB */
	"	jne 4f\n"
	"	and $0x303, %edi\n"
	"	and $-4096, %rsi\n"
	"	and $0x3ff000, %edx\n"
	"4:	call *(%r12, %r14, 8)\n"
	"	lock incq 64(%rbx)\n"
	"	jmp 2b\n"
	"5:	movabs $6364136223846793005, %rax\n"
	"	imul %rax, %r13\n"
	"	add $12345, %r13\n"
	"	mov %r13, %rax\n"
	"	shr $33, %rax\n"
	"	ret\n"
	"6:	call 5b\n"
	"	test $1, %al\n"
	"	jz 7f\n"
	"	and $0x37ffff, %eax\n"
	"	lea 524288(%rbx, %rax), %rax\n"
	"	ret\n"
	"7:	test $2, %al\n"
	"	jz 8f\n"
	"	mov %r13, %rax\n"
	"	ret\n"
	"8:	and $0xfff, %eax\n"
	"	ret\n"
	"fuzz_end:\n"
	".popsection\n");

/* While the proxy touches the arena, overwrites the channel, and ends it at any time. */
static void hostile_calls(unsigned rounds)
{
	unsigned seed = 7, round;
	uint64_t calls = 0;
	int fd = open_device();

	for (round = 0; round < rounds; round++) {
		struct process process;
		double limit = now() + 20 + rand_r(&seed) % 80;

		if (!begin_code(&process, cores_wanted, fuzz, fuzz_end, 0, 0))
			break;
		while (now() < limit) {
			process.arena[524288 + rand_r(&seed) % (7 << 19)] = (char)rand_r(&seed);
			((int *)process.channel)[rand_r(&seed) % (process.made.made.channel_bytes / 4)] = rand_r(&seed);
			ioctl(process.fd, FUTURE_IOC_RING_CORE, rand_r(&seed) % 4);
		}
		calls += ((uint64_t *)(process.arena + 8192))[8];
		end(&process);
		CHECK(status_of(fd).state == FUTURE_MACHINE_UP);
		wait_free();
	}
	printf("%llu hostile calls\n", (unsigned long long)calls);
	CHECK(calls > 1000);
	close(fd);
	wait_free();
}

/* ---- many at once ---- */

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
static void stress(unsigned seconds)
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

/* A run has just ended, and another was given up while it ran: nothing to be busy with. */
static void shut_down_after_run(void)
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
static void shut_down_running(void)
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

int main(int count, char **words)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (count < 4) {
		fprintf(stderr, "usage: kmod_test KERNEL BROKEN CORES [CYCLES] [STRESS_SECONDS] [KILLS]\n");
		return 2;
	}
	kernel_file = words[1];
	broken_file = words[2];
	cores_wanted = atoi(words[3]);
	signal(SIGBUS, SIG_DFL);
	refused_without_machine();
	refused_reserved();
	cycles(count > 4 ? atoi(words[4]) : 3);
	if (!boot())
		return 1;
	echo();
	processes();
	doorbells();
	doorbell_reads();
	clocks();
	logs();
	guarded();
	affinity();
	waiting();
	refused_verbs();
	greedy();
	hostile_instructions();
	hostile_calls(20);
	stress(count > 5 ? atoi(words[5]) : 2);
	killed_asking(100);
	shut_down_after_run();
	shut_down_running();
	cycles(1);
	killed(count > 6 ? atoi(words[6]) : 12);
	toggled(20);
	races(4);
	broken();
	unload();
	printf(failures ? "%u failures\n" : "all good\n", failures);
	return failures != 0;
}
