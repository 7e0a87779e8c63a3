// SPDX-License-Identifier: MIT
/* A program and its process: what it does is in its start block. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kmod_test.h"

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

int create(struct process *process, uint32_t cores, uint64_t bytes, uint32_t flags)
{
	process->made = (struct future_ioc_create){
		.wish = {{FUTURE_VERB_CREATE, FUTURE_DEVICE_VERSION}, bytes, cores, 16, flags, getpid(), "kmod\033test"}};
	return ioctl(process->fd, FUTURE_IOC_CREATE_PROC, &process->made);
}

bool begin_code(struct process *process, uint32_t cores, const char *text, const char *text_end, uint64_t what,
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

bool begin(struct process *process, uint32_t cores, uint64_t what, uint64_t code)
{
	return begin_code(process, cores, program, program_end, what, code);
}

void end(struct process *process)
{
	munmap(process->arena, process->made.made.arena_bytes);
	munmap(process->channel, process->made.made.channel_bytes);
	close(process->made.doorbell);
	close(process->fd);
}

/* The next notice of this kind within five seconds. */
bool expect(int fd, uint16_t type, uint64_t *words)
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

struct control_exit_notice_request exit_of(int fd)
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

void wait_free(void)
{
	int fd = open_device(), tries = 100;

	while (status_of(fd).status.processes && tries--)
		usleep(20000);
	show(fd);
	CHECK(status_of(fd).status.processes == 0);
	CHECK(status_of(fd).status.free_cores == cores_wanted);
	close(fd);
}
