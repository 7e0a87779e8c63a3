/* SPDX-License-Identifier: MIT */
/* What libc-shim and programs call of MULiTh beside POSIX: start, end, sleep, libc's locks, the current thread. */
#ifndef FUTURE_MULTH_H
#define FUTURE_MULTH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct future_start_block;

#define MULTH_NEVER UINT64_MAX /* a deadline that does not come */

/*
 * crt0 calls this once, on core 0's first stack. Builds the main thread (TCB, TLS, reent) and runs main_fn(block) on
 * it, on this same stack. What main_fn returns becomes the exit status.
 */
__attribute__((noreturn)) void multh_start(const struct future_start_block *block, int (*main_fn)(const struct future_start_block *));

/* Ends the process at once, from any thread; runs no atexit function and flushes nothing. */
__attribute__((noreturn)) void multh_exit_process(int status);
/* The same with status 128 + signal, telling where the calling thread is: as when a signal's default action ends it. */
__attribute__((noreturn)) void multh_end_by_signal(int signal);

/* Parks the calling thread until the monotonic clock of the time page reaches `monotonic_ns`. A cancellation point. */
void multh_sleep_until(uint64_t monotonic_ns);

/* Clocks from the time page; no call into the kernel. */
uint64_t multh_monotonic_ns(void);
uint64_t multh_realtime_ns(void);

/* ---- the current thread ---- */

/* True once multh_start has built the main thread: before, there is no thread pointer and no TLS. */
int multh_is_started(void);
/* multh_reent_size bytes of the calling thread, 16-byte aligned; NULL before multh_start. */
void *multh_self_reent(void);
uint32_t multh_self_ltn(void);
uint32_t multh_self_core(void);

/* libc-shim defines this one: what to reserve for struct _reent in every thread. */
extern const size_t multh_reent_size;
/*
 * libc-shim may define these two; they run in the thread itself: before its start routine (the main thread's too), and
 * after its key destructors.
 */
void multh_thread_init_hook(void *reent) __attribute__((weak));
void multh_thread_exit_hook(void *reent) __attribute__((weak));
/* And this one: it runs in the creator of a thread, before that begins. */
void multh_thread_inherit_hook(const void *creators_reent, void *reent) __attribute__((weak));

/*
 * A word of each core, 0 at first, for libc's allocator: the current thread has at MULTH_THREAD_CORE the address of its core's.
 * A thread leaves its core only where it parks or yields; until then it has the word, and what that points to, for itself.
 */
enum { MULTH_THREAD_CORE = 8 };
/* libc-shim may define these two; they run on a core that has such a word, right before and after it sleeps. */
void multh_core_sleeps_hook(void *word) __attribute__((weak));
void multh_core_wakes_hook(void *word) __attribute__((weak));

/*
 * Asks Linux to cancel the delegated call in which thread `pthread` is parked. The call still gets exactly one reply
 * (EINTR or ECANCELED, or its result when it was quicker). ESRCH: no such thread; EINVAL: it is in no call.
 */
int multh_cancel_call(unsigned long pthread);

/* ---- locks ---- */

/*
 * 1 until the program makes its second thread, then 0 for ever: while it is 1, nobody else can hold a lock, or want one.
 * Programs know it as __libc_single_threaded.
 */
extern char multh_single_threaded;

/*
 * A mutex; all zero is a free plain one. Owned by a thread, not by a core, hence it may be held across a delegated
 * call; who finds it taken parks, and never spins on it. May be used before multh_start (nobody else runs then).
 * pthread_mutex_t is this structure.
 */
struct multh_mutex {
	uint32_t guard;   /* spin lock of the queue, held for a few instructions */
	uint32_t state;   /* 0 free, 1 held, 2 held and somebody may wait */
	void *first, *last;
	uint32_t owner;   /* ltn + 1; of a plain one, who locked it last */
	uint32_t depth;
	uint16_t kind;    /* enum multh_mutex_kind */
	uint16_t hand_over; /* the next unlock gives the mutex to the first waiter: it was overtaken once */
	uint8_t ceiling;  /* of one with a priority ceiling, which is only remembered; 0: it has none */
	uint8_t abandoned; /* enum multh_mutex_abandoned, of a robust one */
	uint16_t reserved;
};

enum multh_mutex_kind { MULTH_MUTEX_PLAIN = 0, MULTH_MUTEX_RECURSIVE = 1, MULTH_MUTEX_ERRORCHECK = 2,
	MULTH_MUTEX_ROBUST = 4 /* beside one of these: survives its owner */ };

enum multh_mutex_abandoned {
	MULTH_MUTEX_SOUND = 0,
	MULTH_MUTEX_OWNER_DIED = 1,    /* and nobody has said that all is well again */
	MULTH_MUTEX_UNRECOVERABLE = 2, /* nor ever will */
};

#define MULTH_MUTEX_INITIALIZER           { 0, 0, 0, 0, 0, 0, MULTH_MUTEX_PLAIN, 0, 0, 0, 0 }
#define MULTH_MUTEX_RECURSIVE_INITIALIZER { 0, 0, 0, 0, 0, 0, MULTH_MUTEX_RECURSIVE, 0, 0, 0, 0 }

/*
 * 0 or an errno: EDEADLK and EPERM (errorcheck, recursive), EBUSY (try), ETIMEDOUT; of a robust one EOWNERDEAD (it is
 * locked) and ENOTRECOVERABLE.
 */
int multh_mutex_lock(struct multh_mutex *mutex);
int multh_mutex_lock_until(struct multh_mutex *mutex, uint64_t monotonic_ns);
int multh_mutex_trylock(struct multh_mutex *mutex);
int multh_mutex_unlock(struct multh_mutex *mutex);
int multh_mutex_consistent(struct multh_mutex *mutex);

/* ---- what happened ---- */

struct multh_core_statistics {
	uint64_t switches;        /* from one thread to another */
	uint64_t threads_created;
	uint64_t delegated_calls; /* future_call and future_post */
	uint64_t posts;           /* of those, what gets no reply */
	uint64_t replies;         /* taken from the reply ring */
	uint64_t dropped_replies; /* with an unknown ltn or a wrong sequence */
	uint64_t polls;           /* times this core was the reply ring's consumer */
	uint64_t steals;          /* times it took threads from another core */
	uint64_t sleeps;
	uint64_t linux_rings;     /* doorbells to Linux */
	uint64_t core_wakes;      /* doorbells to other cores */
	uint64_t room_waits;      /* threads that waited for room in the request ring */
	uint64_t kept;            /* times it rang nobody for a thread that it could soon run itself */
};

struct multh_statistics {
	uint32_t cores;           /* of the process */
	uint32_t cores_started;
	uint32_t threads_alive;
	uint32_t threads_peak;
	struct multh_core_statistics total;
	struct multh_core_statistics core[64];
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow" /* a C++ compiler minds that function and structure share their name */
void multh_statistics(struct multh_statistics *statistics);
#pragma GCC diagnostic pop

#ifdef __cplusplus
}
#endif
#endif
