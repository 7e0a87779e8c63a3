/* SPDX-License-Identifier: MIT */
/* The scheduler's own state and the functions by which its files call each other, from the lowest up (README.md). */
#ifndef MULTH_SCHEDULER_H
#define MULTH_SCHEDULER_H

#include "core_port.h"
#include "include/future/multh.h"
#include "idl/wire/patience.h"
#include "idl/wire/sleep.h"
#include "run_queue.h"
#include "spin_lock.h"
#include "thread.h"

enum {
	MULTH_STACK_CLASSES = 96,
	MULTH_CACHED_SLOTS = 64,     /* of one class in one core's cache */
	MULTH_GUARDED_SLOTS = 15000, /* each guard page costs Linux two mappings of about 65,000 */
	MULTH_DEFAULT_STACK = 256 * 1024,
	MULTH_STACK_MIN = 16 * 1024, /* PTHREAD_STACK_MIN */
	MULTH_IDLE_STACK = 16 * 1024,
	MULTH_OVERFLOW_BATCH = 64,
	MULTH_POLL_INTERVAL = 16,    /* switches between looks at the replies while threads are ready */
	MULTH_FAIR_INTERVAL = 61,    /* switches between looks at timers and overflow list; prime, so not in step */
	MULTH_POLL_BATCH = 256,
};

/* What the port tells the scheduler once, at the start. */
struct multh_config {
	struct wire_channel *channel;
	uint32_t ring_lines;
	uint32_t max_threads;
	uint32_t cores;
	uint32_t spin_limit;         /* turns; WIRE_SPIN_LEARNS */
	uint32_t spin_cores;         /* so many may be awake while one of them spins */
	const void *tls_image;       /* PT_TLS */
	size_t tls_file_bytes, tls_bytes, tls_align, tls_address;
	size_t reent_bytes;
	uint64_t random;
	uint64_t ticks_per_us;           /* of multh_port_ticks */
};

struct multh_slot_list {
	struct multh_thread *first;
	uint32_t count;
};

/* Owned by its core; what other cores touch says so. */
struct multh_core {
	void *word;                      /* the allocator's; first: multh.h tells where */
	uint32_t number;
	uint32_t tick;                   /* switches; decides when to be fair */
	bool timer_is_fresh;             /* a thread here set the earliest timer, for which no core sleeps yet */
	struct multh_thread *idle;
	struct multh_thread *running;    /* whose stack it is on; others look (view.h) */
	uint32_t resting;                /* atomic: it does nothing but sleep; deadlock.c */
	struct wire_sender sender;       /* one a core, so that head_seen is not shared */
	uint64_t steal_from;

	/* idle.c's; from the thread that waits to the idle thread */
	bool waits;                      /* in multh_idle */
	bool looks;                      /* in multh_idle, awake */
	bool searching;                  /* counted in multh.searching */
	bool relied_on;                  /* others may have rung nobody for a thread because this core was to look */
	bool rung;                       /* the last sleep ended by a ring, or the core was just started */
	bool slept_for_timer;
	bool may_spin;                   /* in this wait, as long as it has not slept */
	bool rang_linux;                 /* since the last wait */
	uint32_t spins;
	uint64_t rang_linux_at;          /* ticks */
	struct wire_patience patience;

	/* wake.c's: lone threads */
	uint32_t prompt;                 /* times in a row that it looked for a thread sooner than a rung core could */
	uint64_t rang_at;                /* ticks, when it rang for a lone thread; 0: it did not, or has looked since */
	uint32_t keeps;                  /* it rings nobody for lone threads, until the watcher resets this; atomic */
	uint32_t trust;                  /* how high `prompt` must come before it keeps them; atomic */
	uint64_t rung_at;                /* ticks, when it was rung last; written by who rings; atomic */

	struct multh_core_statistics statistics; /* relaxed atomics: others read */

	struct multh_run_queue queue;    /* others steal */
	uint32_t cache_guard;            /* others take ltns when they run out */
	struct multh_slot_list cache[MULTH_STACK_CLASSES];
} __attribute__((aligned(64)));

WIRE_ASSERT(offsetof(struct multh_thread, core) == MULTH_THREAD_CORE);
WIRE_ASSERT(offsetof(struct multh_core, word) == 0);

struct multh_list {
	uint32_t guard;
	struct multh_thread *first, *last;
	uint64_t count;                  /* atomic; changed under guard */
};

/* What lower layers start or end by way of a higher one; init.c fills it in. */
struct multh_upcalls {
	/* scheduler.c: a thread's first instructions, on its own stack; `previous` is who ran on its core before. */
	__attribute__((noreturn)) void (*begin)(struct multh_thread *previous);
	/* pthread_thread.c: what a thread does from then until it has ended. */
	__attribute__((noreturn)) void (*live)(struct multh_thread *self);
	/* pthread_thread.c: ends the current thread, because it was cancelled. */
	__attribute__((noreturn)) void (*end_cancelled)(void);
};

struct multh_scheduler {
	/* Set at the start, only read afterwards. */
	struct multh_config config;
	struct multh_upcalls up;
	struct wire_channel *channel;
	struct multh_core *core;         /* config.cores of them */
	struct multh_thread **threads;   /* by ltn */
	uint64_t canary;
	uint32_t cores;
	bool started;
	uint64_t started_cores;          /* bit mask; looked at for each mutex, and written seldom */

	struct wire_receiver replies __attribute__((aligned(64))); /* under channel->poller */

	/* Seldom written. */
	uint64_t earliest_timer __attribute__((aligned(64)));
	uint32_t searching;              /* cores that look for work, awake */
	uint32_t wake_pending;           /* a core was woken to look for work and has not looked yet */
	uint32_t watched;                /* a sleeper looks after kept threads */
	uint64_t wake_ticks;             /* what a wake-up of a core takes; learnt; atomic */
	uint64_t room_waiters;           /* threads that wait for room in the request ring */
	uint32_t patient;                /* threads that sleep for ever because they want to */

	struct multh_list overflow __attribute__((aligned(64))); /* ready threads that a queue had no place for */

	uint32_t room_guard __attribute__((aligned(64)));
	struct multh_thread *room_first, *room_last;

	uint32_t timer_guard __attribute__((aligned(64)));
	uint32_t timer_count;
	struct multh_thread **timer_heap;
};

extern struct multh_scheduler multh;

static inline struct multh_thread *multh_self(void) { return multh_port_self(); }

/* A counter that only its core adds to. */
static inline void multh_count(uint64_t *counter, uint64_t more)
{
	__atomic_store_n(counter, __atomic_load_n(counter, __ATOMIC_RELAXED) + more, __ATOMIC_RELAXED);
}

/* view.c: says what cannot be helped, and ends the process. */
void multh_die(const char *text, uint32_t ltn) __attribute__((noreturn));

static inline void multh_hit(enum wire_limit limit)
{
	__atomic_fetch_or(&multh.channel->program.limits_hit, limit, __ATOMIC_RELAXED);
}

/* How many threads there are stands in the channel, where Linux's side can show it. */
static inline uint32_t multh_alive(void)
{
	return wire_threads_alive(__atomic_load_n(&multh.channel->program.threads, __ATOMIC_RELAXED));
}

/* context_x86_64.S */
struct multh_thread *multh_context_switch(void **save, void *load, struct multh_thread *previous);
/* `then` runs while the caller's context is saved, as a parked thread's would be. */
void multh_context_keep(void **save, void (*then)(void *), void *argument);
void multh_context_start(void);

/* stack.c */
void multh_stacks_init(void);
/* A block with reent, TLS and a stack of at least `stack_bytes` (0: none), and an ltn if wanted. NULL: ENOMEM or EAGAIN. */
struct multh_thread *multh_slot_take(struct multh_core *core, size_t stack_bytes, bool with_ltn, int *error);
void multh_slot_give(struct multh_core *core, struct multh_thread *thread);
void multh_tls_reset(struct multh_thread *thread);
char *multh_stack_top(const struct multh_thread *thread);
void multh_check_stack_below(const struct multh_thread *thread);

/* thread.c */
void multh_prepare(struct multh_thread *thread, char *stack_top, void *(*start)(void *), void *argument);
void multh_first_thread(void);
/* By its pthread_t. NULL: there is none, or none any more. */
struct multh_thread *multh_find_thread(unsigned long pthread);

/* wake.c */
void multh_wake_init(void);
/* Work was pushed: gets a sleeping core to look, unless one is looking already. */
void multh_wake_searcher(struct multh_core *core);
/* The same, but the core goes on with what it runs, and may soon be back for a lone thread itself. */
void multh_tell_of(struct multh_core *core);
void multh_judge(struct multh_core *core);
void multh_wake_for_timer(struct multh_core *core);
/* The core has slept. */
void multh_woken(struct multh_core *core);
/* A declared sleeper becomes the watcher, if one is needed; then it sleeps so until there is something to do. */
bool multh_begin_watch(void);
void multh_sleep_watching(struct multh_core *core, uint64_t until_ns);

/* The core's sleep itself; meanwhile others may look after what libc keeps for it. */
static inline void multh_sleep_on(struct multh_core *core, uint64_t until_ns)
{
	void *word = multh.cores > 1 && multh_core_sleeps_hook && multh_core_wakes_hook ? core->word : 0;

	if (word)
		multh_core_sleeps_hook(word);
	multh_port_sleep(core->number, until_ns);
	if (word)
		multh_core_wakes_hook(word);
}

/* ended.c: on another stack than the thread's, whose slot can be reused from here on. */
void multh_after_exit(struct multh_thread *thread);
/* Nobody finds it by its id any more; its slot may have a new life. */
void multh_bury(struct multh_thread *thread);

/* replies.c: true: some reply was taken. Looks `looks` times for the first one. */
bool multh_poll(struct multh_core *core, struct multh_thread *self, uint32_t looks);

static inline bool multh_call_is_done(const struct multh_thread *self)
{
	return !((uint32_t)__atomic_load_n(&self->call, __ATOMIC_ACQUIRE) & MULTH_CALL_IN_FLIGHT);
}

/* room.c: self waits for room in the request ring; it is unparked with wait_state WOKEN. */
void multh_room_enqueue(struct multh_thread *self);
bool multh_wake_room_waiters(struct multh_core *core, bool about_to_sleep); /* true: some thread was unparked */

/* timer.c: self is about to park; self has parked. */
void multh_timer_set(struct multh_thread *self, uint64_t deadline_ns);
void multh_timer_clear(struct multh_thread *self);
bool multh_fire_timers(void); /* true: some thread was unparked */

/* deadlock.c: sleeps, on self's stack, until the core is rung or the time comes */
void multh_rest(struct multh_core *core, struct multh_thread *self, uint64_t until_ns);

/*
 * idle.c: a thread to run (the core's idle thread where it is time to sleep), or NULL: self was unparked, or its call is
 * done.
 */
struct multh_thread *multh_idle(struct multh_core *core, struct multh_thread *self, bool in_call);

/* scheduler.c */
/* Until somebody unparks: the caller's condition is to be looked at again in any case. */
void multh_park(struct multh_thread *self);
/* Until its delegated call is answered, or somebody unparks. */
void multh_park_in_call(struct multh_thread *self);
void multh_yield(void);
/* Ends the current thread; `next`, if any, was claimed and runs at once. */
void multh_leave(struct multh_thread *self, struct multh_thread *next) __attribute__((noreturn));
void multh_thread_main(struct multh_thread *previous) __attribute__((noreturn));

/* sleep.c: false: the deadline has passed */
bool multh_park_until(struct multh_thread *self, uint64_t deadline_ns);

/* robust.c: no mutex is held yet */
void multh_robust_init(void);

/* semaphore_named.c: the names of this program, none. */
void multh_semaphores_init(void);

/* pthread_key.c */
void multh_keys_init(void);

/* pthread_thread.c */
void multh_run_thread(struct multh_thread *self) __attribute__((noreturn));
void multh_end_cancelled(void) __attribute__((noreturn));

/* init.c: called by the port. */
bool multh_init(const struct multh_config *config); /* false: no memory */
void multh_adopt_main(char *stack_low, size_t stack_bytes, struct multh_thread **main_thread);

#endif
