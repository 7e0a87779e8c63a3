/* SPDX-License-Identifier: MIT */
/* A thread's life: create, start, exit, join, detach. */
#include "pthread_internal.h"

#include "cancel.h"
#include "robust.h"
#include "view.h"

void exit(int status) __attribute__((weak, noreturn));

/* ---- birth ---- */

enum { ONE_CREATED = 1 << WIRE_THREADS_ALIVE_BITS };

static void count_alive(void)
{
	struct wire_program_line *program = &multh.channel->program;
	uint32_t alive = wire_threads_alive(__atomic_add_fetch(&program->threads, ONE_CREATED + 1, __ATOMIC_RELAXED));

	if (alive > __atomic_load_n(&program->threads_peak, __ATOMIC_RELAXED))
		__atomic_store_n(&program->threads_peak, alive, __ATOMIC_RELAXED);
}

/* POSIX: a thread begins with its creator's floating-point environment. */
static void inherit_rounding(void *frame)
{
	uint32_t mxcsr;
	uint16_t control;

	__asm__("stmxcsr %0" : "=m"(mxcsr));
	__asm__("fnstcw %0" : "=m"(control));
	*(uint64_t *)frame = mxcsr | (uint64_t)control << 32;
}

char multh_single_threaded = 1;

int pthread_create(pthread_t *id, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)
{
	static const struct multh_attr defaults;
	const struct multh_attr *attr = attributes ? (const struct multh_attr *)attributes : &defaults;
	struct multh_core *core = multh_self()->core;
	size_t bytes = attr->stack_bytes ? attr->stack_bytes : MULTH_DEFAULT_STACK;
	struct multh_thread *thread;
	char *stack_top;
	int error;

	/* A caller's stack is only a stack: the block itself must outlive it. */
	thread = multh_slot_take(core, attr->stack_address ? 0 : bytes, true, &error);
	if (!thread)
		return EAGAIN;
	stack_top = multh_stack_top(thread);
	if (attr->stack_address) {
		thread->stack_low = attr->stack_address;
		thread->stack_bytes = bytes;
		stack_top = (char *)(((uintptr_t)attr->stack_address + bytes) & ~(uintptr_t)63);
	}
	multh_prepare(thread, stack_top, start, argument);
	if (attr->detached)
		thread->join_state = MULTH_DETACHED;
	thread->schedule = attr->explicit_schedule ? attr->schedule : multh_self()->schedule;
	inherit_rounding(thread->stack_pointer);
	if (multh_thread_inherit_hook)
		multh_thread_inherit_hook(multh_self()->reent, thread->reent);
	count_alive();
	multh_count(&core->statistics.threads_created, 1);
	*id = thread->id;
	if (multh_single_threaded)
		multh_single_threaded = 0; /* no other thread has read it yet; the new one is made ready after this */
	multh_make_ready_too(core, thread);
	return 0;
}

void multh_run_thread(struct multh_thread *self)
{
	if (multh_thread_init_hook)
		multh_thread_init_hook(self->reent);
	pthread_exit(self->start(self->value));
}

void multh_end_cancelled(void) { pthread_exit(PTHREAD_CANCELED); }

/* ---- death ---- */

void pthread_exit(void *value)
{
	struct multh_thread *self = multh_self(), *joiner;

	self->cancel.ending = 1;
	multh_run_cleanups(self);
	multh_run_key_destructors(self);
	if (self->robust_held)
		multh_mutex_abandon_all(self);
	if (wire_threads_alive(__atomic_sub_fetch(&multh.channel->program.threads, 1, __ATOMIC_ACQ_REL)) == 0) {
		if (exit)
			exit(0);
		multh_exit_process(0);
	}
	if (multh_thread_exit_hook)
		multh_thread_exit_hook(self->reent);
	self->value = value;
	/* A joiner that waits runs next, at once; it looks at us when we have left this stack. */
	multh_spin_lock(&self->join_guard);
	joiner = self->joiner;
	multh_spin_unlock(&self->join_guard);
	multh_leave(self, joiner && multh_claim(joiner) ? joiner : 0);
}

/* ---- join and detach ---- */

static uint32_t join_state(struct multh_thread *thread)
{
	uint32_t state;

	multh_spin_lock(&thread->join_guard);
	state = thread->join_state;
	multh_spin_unlock(&thread->join_guard);
	return state;
}

static int join_until(pthread_t id, void **value, uint64_t deadline_ns)
{
	struct multh_thread *self = multh_self(), *thread = multh_find_thread(id);
	int error = 0;

	if (thread == self)
		return EDEADLK;
	if (!thread)
		return ESRCH;
	multh_test_cancel(self);
	multh_spin_lock(&thread->join_guard);
	if (thread->id != id || thread->join_state == MULTH_FREE)
		error = ESRCH;
	else if (thread->joiner || thread->join_state == MULTH_DETACHED)
		error = EINVAL;
	else
		thread->joiner = self;
	multh_spin_unlock(&thread->join_guard);
	if (error)
		return error;
	multh_waits(self, FUTURE_WAIT_JOIN, thread);
	while (join_state(thread) != MULTH_EXITED) {
		if (!multh_is_cancelled(self) && multh_park_until(self, deadline_ns))
			continue;
		multh_spin_lock(&thread->join_guard);
		if (thread->join_state != MULTH_EXITED) {
			thread->joiner = 0;
			error = ETIMEDOUT;
		}
		multh_spin_unlock(&thread->join_guard);
		if (error) {
			multh_test_cancel(self);
			return error;
		}
	}
	if (value)
		*value = thread->value;
	multh_bury(thread);
	return 0;
}

int pthread_join(pthread_t id, void **value) { return join_until(id, value, MULTH_NEVER); }

int pthread_tryjoin_np(pthread_t id, void **value)
{
	struct multh_thread *thread = multh_find_thread(id);

	if (!thread)
		return ESRCH;
	return join_state(thread) == MULTH_EXITED ? pthread_join(id, value) : EBUSY;
}

int pthread_timedjoin_np(pthread_t id, void **value, const struct timespec *time)
{
	int error;
	uint64_t deadline = multh_deadline(time, 0, &error);

	return error ? error : join_until(id, value, deadline);
}

int pthread_clockjoin_np(pthread_t id, void **value, clockid_t clock, const struct timespec *time)
{
	int error;
	uint64_t deadline = multh_deadline(time, (uint32_t)clock, &error);

	if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
		return EINVAL;
	return error ? error : join_until(id, value, deadline);
}

int pthread_detach(pthread_t id)
{
	struct multh_thread *thread = multh_find_thread(id);
	uint32_t state;

	if (!thread)
		return ESRCH;
	multh_spin_lock(&thread->join_guard);
	state = thread->joiner ? (uint32_t)MULTH_JOINED : thread->join_state;
	if (state == MULTH_JOINABLE)
		thread->join_state = MULTH_DETACHED;
	multh_spin_unlock(&thread->join_guard);
	if (state == MULTH_EXITED) {
		multh_bury(thread);
		return 0;
	}
	return state == MULTH_JOINABLE ? 0 : EINVAL;
}

/* ---- who and where ---- */

pthread_t pthread_self(void) { return multh.started ? multh_self()->id : 1ul << 32; }
int pthread_equal(pthread_t one, pthread_t other) { return one == other; }

int sched_yield(void)
{
	multh_yield();
	return 0;
}

int pthread_setname_np(pthread_t id, const char *name)
{
	struct multh_thread *thread = multh_find_thread(id);

	if (!thread)
		return ESRCH;
	if (__builtin_strlen(name) >= sizeof thread->name)
		return ERANGE;
	__builtin_memcpy(thread->name, name, __builtin_strlen(name) + 1);
	return 0;
}

int pthread_getname_np(pthread_t id, char *name, size_t bytes)
{
	struct multh_thread *thread = multh_find_thread(id);

	if (!thread)
		return ESRCH;
	if (bytes < sizeof thread->name)
		return ERANGE;
	__builtin_memcpy(name, thread->name, sizeof thread->name);
	return 0;
}
