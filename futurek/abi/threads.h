/* SPDX-License-Identifier: MIT */
/* What Linux's side may read of a program's threads: for crash reports, deadlocks, Ctrl-\ and debuggers. */
#ifndef FUTURE_ABI_THREADS_H
#define FUTURE_ABI_THREADS_H

#include "../../idl/wire/types.h"

enum { FUTURE_THREADS_MAGIC = 0x44485446 /* "FTHD" */ };

/*
 * A program whose threads are MULiTh's writes the address of a struct future_threads into its start block (`threads`), before
 * it has a second thread. All of it is the program's own memory: it may change at any instant and may be nonsense. Who reads
 * it checks every address against the arena, bounds every loop by a number of its own, and believes nothing; the kernel never
 * looks. While the program runs a reader sees each word as it is, not all words as of one instant; once the program has ended
 * they are exact.
 *
 * A thread is a *block* of the run time's, which stays one for ever; where its words lie is told as offsets, so the run time
 * may move them. Their meaning, named here, may not change; fields are only ever appended, and `size` tells how many there are.
 */

/* The word at `state`. */
enum future_thread_state {
	FUTURE_THREAD_RUNNABLE = 0, /* on a core, if `running` says so, or ready to be */
	FUTURE_THREAD_NOTIFIED = 1, /* the same; its next park returns at once */
	FUTURE_THREAD_PARKED = 2,   /* waits */
};

/* The word at `wait_kind`: what a thread that waits, and is in no delegated call, waits for; `waits_for` is that one's address. */
enum future_wait_kind {
	FUTURE_WAIT_TIME = 0,
	FUTURE_WAIT_MUTEX = 1,
	FUTURE_WAIT_CONDITION = 2,
	FUTURE_WAIT_JOIN = 3,       /* for the end of the thread with this block */
	FUTURE_WAIT_ONCE = 4,
	FUTURE_WAIT_ROOM = 5,       /* in the request ring */
	FUTURE_WAIT_BARRIER = 6,
	FUTURE_WAIT_READ_LOCK = 7,  /* of a read-write lock */
	FUTURE_WAIT_WRITE_LOCK = 8,
	FUTURE_WAIT_SEMAPHORE = 9,
};

/* Where `saved` points while a thread is on no core, or its core rests: the registers that a call preserves. Above it lies the caller. */
struct future_saved_context {
	uint64_t floating_control;
	uint64_t r15, r14, r13, r12, rbx, rbp;
	uint64_t rip;
};

/* Why a program ended itself otherwise than by exit(). */
enum future_last_reason {
	FUTURE_LAST_NONE = 0,
	FUTURE_LAST_SIGNAL = 1,   /* it raised the signal `detail`, as abort() does */
	FUTURE_LAST_OVERFLOW = 2, /* the stack that ends above the address `detail` has overflowed */
	FUTURE_LAST_DEADLOCK = 3, /* all threads wait for each other; nothing can come from outside */
	FUTURE_LAST_BROKEN = 4,   /* the run time cannot go on; it wrote why into the log */
};

/* Written by one thread, once, just before the program ends; `reason` last. */
struct future_last_words {
	uint32_t reason;          /* enum future_last_reason */
	uint32_t reserved;
	uint64_t thread;          /* the block of who wrote this */
	uint64_t context;         /* struct future_saved_context: where it was */
	uint64_t detail;
};

struct future_threads {
	uint32_t magic;
	uint32_t size;            /* of this structure as the program knows it */
	uint32_t max_threads;     /* numbers of threads are below this */
	uint32_t cores;
	uint64_t table;           /* uint64_t[max_threads]: the block with this number; 0: none yet */
	uint64_t running;         /* uint64_t: the block that core 0 runs, perhaps one without a number */
	uint64_t resting;         /* uint32_t: 1 while core 0 sleeps on the stack of that one, which waits */
	uint64_t core_stride;     /* the words of core n lie n times so many bytes on */

	/* Offsets in a block. */
	uint16_t id;              /* uint64_t: pthread_t; 0: no thread now */
	uint16_t number;          /* uint32_t: the index into `table`, or ~0 */
	uint16_t state;           /* uint32_t: enum future_thread_state */
	uint16_t saved;           /* uint64_t: struct future_saved_context, 0: none */
	uint16_t stack_low;       /* uint64_t: the lowest byte that may be used; a guard page may lie below */
	uint16_t stack_bytes;     /* uint64_t: its size as the program chose it */
	uint16_t name;            /* char[16], ends with NUL or with the field */
	uint16_t call;            /* uint64_t: bit 0: a delegated call is in flight */
	uint16_t wait_kind;       /* uint32_t: enum future_wait_kind */
	uint16_t waits_for;       /* uint64_t: an address */
	uint16_t ended;           /* uint32_t: `ended_value` once it has ended and nobody has joined it */
	uint16_t ended_value;
	/* Offsets in a mutex. */
	uint16_t mutex_owner;     /* uint32_t: number + 1 of who locked it last; 0: nobody did */
	uint16_t reserved[3];

	struct future_last_words last;
};

WIRE_ASSERT(sizeof(struct future_saved_context) == 64);
WIRE_ASSERT(offsetof(struct future_saved_context, rbp) == 48 && offsetof(struct future_saved_context, rip) == 56);
WIRE_ASSERT(sizeof(struct future_last_words) == 32);
WIRE_ASSERT(offsetof(struct future_threads, table) == 16);
WIRE_ASSERT(offsetof(struct future_threads, running) == 24);
WIRE_ASSERT(offsetof(struct future_threads, id) == 48);
WIRE_ASSERT(offsetof(struct future_threads, mutex_owner) == 72);
WIRE_ASSERT(offsetof(struct future_threads, last) == 80);
WIRE_ASSERT(sizeof(struct future_threads) == 112);

#endif
