/* SPDX-License-Identifier: MIT */
/*
 * The thread control block: at the top of its stack, what FUTURE_GS_THREAD points to while the thread runs, never given back
 * to the kernel.
 */
#ifndef MULTH_THREAD_H
#define MULTH_THREAD_H

#include "idl/wire/message.h"

struct multh_core;

/*
 * Park and unpark. A parked thread may get more unparks than it waits for; whoever parks looks at its condition again.
 * Blocks are type-stable (a slot is reused as a slot), so a late unpark of a thread that has ended meets at worst its
 * successor, who looks at its condition again.
 */
enum multh_thread_state {
	MULTH_RUNNING = 0,  /* on a core, or in a queue of ready threads */
	MULTH_NOTIFIED = 1, /* running, and its next park returns at once */
	MULTH_COLD = 2,     /* parked, context saved: who changes this to RUNNING owns the thread and queues it */
};

/* What is to be done for a thread once its core has left its stack; done by whoever runs next there. */
enum multh_after { MULTH_AFTER_NONE, MULTH_AFTER_PARK, MULTH_AFTER_YIELD, MULTH_AFTER_EXIT };

enum multh_wait_state { MULTH_WOKEN = 0, MULTH_WAITING = 1, MULTH_GRANTED = 2, MULTH_TIMED_OUT = 3, MULTH_CANCELLED = 4 };

enum multh_join_state { MULTH_JOINABLE, MULTH_JOINED, MULTH_DETACHED, MULTH_EXITED, MULTH_FREE };

/* The low half of multh_thread.call; the high half is the call's sequence. */
enum { MULTH_CALL_NONE = 0, MULTH_CALL_IN_FLIGHT = 1 };

enum { MULTH_NO_LTN = 0xffffffffu, MULTH_INLINE_KEYS = 8 };

struct multh_key_value {
	uint64_t sequence; /* the key's when the value was set: a recreated key finds nothing */
	void *value;
};

/* What was asked for; all threads are equal here. */
struct multh_schedule {
	uint8_t policy;
	uint8_t priority;
};

struct multh_cancel {
	uint8_t marked;       /* to be cancelled: by others, under join_guard; atomic */
	uint8_t disabled;     /* the rest is the thread's own */
	uint8_t asynchronous;
	uint8_t ending;       /* it runs its handlers and destructors: it is cancelled no more */
};

struct multh_thread {
	/* First line: what a delegated call and a switch touch. */
	struct multh_thread *self;       /* the psABI's first word of a thread */
	struct multh_core *core;         /* written at each switch to this thread */
	void *stack_pointer;             /* saved context */
	struct multh_thread *next;       /* in the overflow list or a list of free slots */
	uint32_t state;                  /* enum multh_thread_state; atomic */
	uint32_t ltn;
	uint64_t stack_protector;        /* fs:0x28: gcc's, were a program compiled with it */
	uint64_t call;                   /* sequence << 32 | in flight; atomic */
	struct wire_reply *reply;        /* where the poller writes it, on this thread's stack */

	char *stack_low;                 /* lowest usable byte */
	uint32_t sequence;
	uint32_t after;                  /* enum multh_after */
	void *reent;
	uint64_t id;                     /* pthread_t: generation << 32 | ltn */

	/* In one wait queue at a time. */
	struct multh_thread *wait_next, *wait_previous;
	uint32_t wait_state;             /* enum multh_wait_state; atomic, written under the queue's guard */
	uint32_t wait_kind;              /* enum future_wait_kind: what it waits for, for the sake of whoever looks (view.h) */
	uint64_t timer_deadline;
	uint32_t timer_index;            /* place in the heap + 1; 0: no timer runs */

	uint32_t join_guard;
	uint32_t join_state;             /* enum multh_join_state, under join_guard */
	uint32_t generation;
	struct multh_thread *joiner;     /* parked in join, under join_guard */
	void *(*start)(void *);
	void *value;                     /* start's argument, then its result */

	uint64_t stack_bytes;            /* as pthread_getattr_np says it */
	uint16_t slot_class;
	uint16_t slot_guarded;           /* a guard page lies below the slot */
	struct multh_schedule schedule;
	uint16_t robust_held;            /* robust mutexes that it has: robust.c */
	char *slot_low;
	void *sanitizer_stack;           /* TSan's or ASan's handle; sanitizer.h */

	struct multh_key_value *more_keys;
	struct multh_key_value keys[MULTH_INLINE_KEYS];
	char name[16];

	void *cleanup;                   /* frames of pthread_cleanup_push */
	const void *waits_for;           /* with wait_kind */
	uint32_t read_locks;             /* read-write locks that it holds for reading */
	struct multh_cancel cancel;
	uint64_t canary;                 /* the highest word of the slot: the stack above this slot ends right here */
} __attribute__((aligned(64)));

WIRE_ASSERT(offsetof(struct multh_thread, stack_protector) == 0x28);
WIRE_ASSERT(sizeof(struct multh_thread) <= 512);
WIRE_ASSERT(offsetof(struct multh_thread, canary) + 8 == sizeof(struct multh_thread));

#endif
