/* SPDX-License-Identifier: MIT */
/* What a program receives in rdi at its entry: everything it needs to know of the machine it runs on. */
#ifndef FUTURE_ABI_START_BLOCK_H
#define FUTURE_ABI_START_BLOCK_H

#include "../../idl/wire/types.h"
#include "syscall.h"

enum { FUTURE_START_MAGIC = 0x54525446 /* "FTRT" */ };

/*
 * Written by the proxy's loader into the program's arena, before run; all pointers are program addresses. The program
 * may write it; afterwards nothing but the program reads it, except that the proxy looks at `threads` and `protections`. Fields
 * are only ever appended; `size` tells how many.
 */
struct future_start_block {
	uint32_t magic;
	uint32_t abi_version;             /* FUTURE_ABI_VERSION of idl/wire/note.h */
	uint32_t size;                    /* of this structure as the loader knows it */
	uint32_t flags;
	const struct future_entry_table *entry;
	const struct future_time_page *time_page;
	uint64_t image_base, image_bytes; /* the program file's segments, relocated by crt0 itself */
	uint64_t arena_base, arena_bytes;
	uint64_t channel_base, channel_bytes;
	uint32_t ring_lines;
	uint32_t max_threads;             /* ltns are below this */
	uint32_t cores;                   /* core numbers of this process are 0 … cores-1; core 0 enters at `entry` */
	uint32_t pid;                     /* Future's pid; getpid() is Linux's and delegated */
	uint64_t stack_base, stack_bytes; /* the first core's; the page below is nobody's, for a guard */
	uint64_t program_headers;         /* Elf64_Phdr[program_header_count] in memory; for unwinding */
	uint32_t program_header_count;
	int32_t argc;
	char **argv;                      /* argv[argc] == NULL */
	char **envp;                      /* ends with NULL */
	uint8_t random_seed[32];          /* fresh from getrandom(2) */
	uint32_t spin_limit;              /* turns an idle core may spin before it sleeps; WIRE_SPIN_LEARNS: as it learns */
	uint32_t spin_cores;              /* a core that learns spins only while no more of them are awake (CPUs, less Linux's one) */
	uint64_t threads;                 /* written by the program: its struct future_threads (threads.h); 0: it has none */
	uint64_t protections;             /* written by the program: its map of protected pages (protection.h); 0: none */
};

#endif
