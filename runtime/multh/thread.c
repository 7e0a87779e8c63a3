/* SPDX-License-Identifier: MIT */
/* A thread's block and first frame made ready for a new life; blocks found by their id. */
#include "sanitizer.h"
#include "scheduler.h"

void multh_prepare(struct multh_thread *thread, char *stack_top, void *(*start)(void *), void *argument)
{
	/*
	 * What multh_context_switch loads: mxcsr and x87 control word of the psABI; r15 r14 r13 r12 rbx rbp, of which
	 * multh_context_start finds in rbx whom to call; the address.
	 */
	uint64_t *frame = (uint64_t *)stack_top - 10;

	frame[0] = 0x1f80 | 0x037full << 32;
	__builtin_memset(&frame[1], 0, 6 * sizeof *frame);
	frame[5] = (uint64_t)multh.up.begin;
	frame[7] = (uint64_t)multh_context_start;
	frame[8] = frame[9] = 0;
	thread->stack_pointer = frame;
	thread->start = start;
	thread->value = argument;
	thread->after = MULTH_AFTER_NONE;
	thread->wait_state = MULTH_WOKEN;
	thread->timer_index = 0;
	thread->reent = multh_stack_top(thread);
	thread->join_state = MULTH_JOINABLE;
	thread->joiner = 0;
	thread->cleanup = 0;
	thread->read_locks = 0;
	thread->cancel = (struct multh_cancel){0};
	thread->schedule = (struct multh_schedule){0};
	thread->robust_held = 0;
	thread->name[0] = 0;
	__atomic_store_n(&thread->state, MULTH_RUNNING, __ATOMIC_RELAXED);
	__atomic_store_n(&thread->id, (uint64_t)++thread->generation << 32 | thread->ltn, __ATOMIC_RELAXED);
	multh_tls_reset(thread);
	multh_sanitizer_new(thread);
}

void multh_first_thread(void)
{
	multh.channel->program.threads = multh.channel->program.threads_peak = 1;
}

struct multh_thread *multh_find_thread(unsigned long pthread)
{
	uint32_t ltn = (uint32_t)pthread;
	struct multh_thread *thread = 0;

	if (ltn < multh.config.max_threads)
		thread = __atomic_load_n(&multh.threads[ltn], __ATOMIC_ACQUIRE);
	return thread && __atomic_load_n(&thread->id, __ATOMIC_RELAXED) == pthread ? thread : 0;
}
