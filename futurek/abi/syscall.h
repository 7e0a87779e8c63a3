/* SPDX-License-Identifier: MIT */
/* The kernel's eight system calls and the entry table by which a program reaches them on either machine. */
#ifndef FUTURE_ABI_SYSCALL_H
#define FUTURE_ABI_SYSCALL_H

#include "../../idl/wire/types.h"

/*
 * A program calls entry->call[FUTURE_SYS_x](a, b, c). System V calling convention; the words behind GS (core_words.h),
 * what the convention calls preserved of the vector state (MXCSR, x87 CW), and the stack are as before on return. Results: >= 0, or
 * -errno (Linux's numbers). Every address is checked against the caller's arena; a bad argument changes nothing.
 * Delegated calls do not pass here: they are written to the process's own ring (idl/wire/ring.h).
 */
enum future_syscall {
	/* (status) Ends the process: its other cores are stopped, then Linux gets the exit notice. Never returns. */
	FUTURE_SYS_EXIT = 0,
	/*
	 * (deadline_ns) This core sleeps until its doorbell rings, or until the monotonic clock of the time page reaches
	 * deadline_ns (UINT64_MAX: no deadline; a past one: at once). A doorbell that rang before is remembered (once):
	 * then it returns at once. 0: rung; -ETIMEDOUT. May return 0 spuriously.
	 */
	FUTURE_SYS_SLEEP = 1,
	/* () Rings Linux's doorbell of this process: wire_must_ring_linux said so. */
	FUTURE_SYS_RING = 2,
	/*
	 * (core, entry, stack_top) entry != 0: starts core `core` of this process, which has not been started or has
	 * been released: entry(start_block rdi, core rsi) on stack_top (16-byte aligned). -EALREADY if it runs.
	 * entry == 0: rings core's doorbell. -EINVAL: no such core, bad address.
	 */
	FUTURE_SYS_WAKE = 3,
	/*
	 * (operation | protection << 8, address, bytes), whole pages.
	 * ALLOCATE: zeroed pages, readable and writable; returns the address, -ENOMEM. At address 0 the kernel chooses, from
	 * the arena's end downwards; any other is meant: -ENOMEM if one of these pages is not free.
	 * FREE: contents are gone; -EINVAL if a page of it is not allocated.
	 * PROTECT: NONE, READ, READ|WRITE; -ENOMEM when the machine has no more mappings (a guard page is then missing).
	 * EXPECT (| stride << 8): of each `stride` of these allocated pages (0: 1) the last will be written soon. It may make
	 * that quicker, and changes nothing else.
	 */
	FUTURE_SYS_MAP = 4,
	/* (text, bytes) One line into the kernel's log; cut at FUTURE_LOG_MAX bytes. */
	FUTURE_SYS_LOG = 5,
	/* (what) enum future_info. */
	FUTURE_SYS_INFO = 6,
	/* () This core goes back to its un-started state, until wake(core, entry, …). Does not return on success. */
	FUTURE_SYS_RELEASE_CORE = 7,
	FUTURE_SYS_COUNT = 8,
};

enum future_map_operation { FUTURE_MAP_ALLOCATE = 1, FUTURE_MAP_FREE = 2, FUTURE_MAP_PROTECT = 3, FUTURE_MAP_EXPECT = 4 };
enum future_map_protection { FUTURE_PROT_NONE = 0, FUTURE_PROT_READ = 1, FUTURE_PROT_WRITE = 2 };
enum future_info {
	FUTURE_INFO_TIME_PAGE = 0,        /* program address of struct future_time_page */
	FUTURE_INFO_FREE_BYTES = 1,       /* of the arena, in all */
	FUTURE_INFO_LARGEST_FREE = 2,     /* the largest allocation that can succeed now */
	FUTURE_INFO_CORES = 3,            /* of this process */
	FUTURE_INFO_MACHINE = 4,          /* enum future_machine_kind of idl/wire/device.h */
};
enum { FUTURE_PAGE_BYTES = 4096, FUTURE_LOG_MAX = 512 };

typedef long (*future_entry)(unsigned long a, unsigned long b, unsigned long c);

struct future_entry_table {
	future_entry call[FUTURE_SYS_COUNT];
};

#endif
