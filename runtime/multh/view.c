/* SPDX-License-Identifier: MIT */
/* The view of our threads that Linux's side reads, and last words: why, who and where. */
#include "view.h"

WIRE_ASSERT((int)FUTURE_THREAD_RUNNABLE == (int)MULTH_RUNNING && (int)FUTURE_THREAD_NOTIFIED == (int)MULTH_NOTIFIED);
WIRE_ASSERT((int)FUTURE_THREAD_PARKED == (int)MULTH_COLD);
WIRE_ASSERT((int)MULTH_CALL_IN_FLIGHT == 1);
WIRE_ASSERT(sizeof(((struct multh_thread *)0)->name) == 16);

struct future_threads multh_view;
static uint32_t dying;

void multh_view_init(void)
{
	multh_view = (struct future_threads){
		.magic = FUTURE_THREADS_MAGIC,
		.size = sizeof multh_view,
		.max_threads = multh.config.max_threads,
		.cores = multh.cores,
		.table = (uintptr_t)multh.threads,
		.running = (uintptr_t)&multh.core[0].running,
		.resting = (uintptr_t)&multh.core[0].resting,
		.core_stride = sizeof *multh.core,
		.id = offsetof(struct multh_thread, id),
		.number = offsetof(struct multh_thread, ltn),
		.state = offsetof(struct multh_thread, state),
		.saved = offsetof(struct multh_thread, stack_pointer),
		.stack_low = offsetof(struct multh_thread, stack_low),
		.stack_bytes = offsetof(struct multh_thread, stack_bytes),
		.name = offsetof(struct multh_thread, name),
		.call = offsetof(struct multh_thread, call),
		.wait_kind = offsetof(struct multh_thread, wait_kind),
		.waits_for = offsetof(struct multh_thread, waits_for),
		.ended = offsetof(struct multh_thread, join_state),
		.ended_value = MULTH_EXITED,
		.mutex_owner = offsetof(struct multh_mutex, owner),
	};
	dying = 0;
}

struct last {
	struct multh_thread *self;
	enum future_last_reason reason;
	uint64_t detail;
	int signal;
};

/* With the caller's registers saved in self. */
static void say_last_words(void *argument)
{
	const struct last *last = argument;

	multh_view.last.thread = (uintptr_t)last->self;
	multh_view.last.context = (uintptr_t)last->self->stack_pointer;
	multh_view.last.detail = last->detail;
	__atomic_store_n(&multh_view.last.reason, (uint32_t)last->reason, __ATOMIC_RELEASE);
	multh_port_exit(128 + last->signal);
}

void multh_end(enum future_last_reason reason, uint64_t detail, int signal)
{
	struct last last = {multh_self(), reason, detail, signal};

	/* Who comes second waits for the end: what the first one says must not be cut short. */
	while (__atomic_exchange_n(&dying, 1, __ATOMIC_ACQ_REL))
		multh_port_relax(last.self->core->number);
	multh_context_keep(&last.self->stack_pointer, say_last_words, &last);
	__builtin_unreachable();
}

void multh_die(const char *text, uint32_t ltn)
{
	char line[160] = "MULiTh: thread ";
	size_t at = 15, digits = 1, n;
	uint32_t rest;

	for (rest = ltn; rest >= 10; rest /= 10)
		digits++;
	for (n = digits, rest = ltn; n > 0; rest /= 10)
		line[at + --n] = (char)('0' + rest % 10);
	at += digits;
	line[at++] = ':';
	line[at++] = ' ';
	while (*text && at < sizeof line)
		line[at++] = *text++;
	multh_port_log(line, at);
	if (multh.started)
		multh_end(FUTURE_LAST_BROKEN, 0, 6);
	multh_port_exit(128 + 6);
}
