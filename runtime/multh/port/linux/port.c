/* SPDX-License-Identifier: MIT */
/* The virtual core on plain Linux: a pthread with a doorbell; ends when the process exits. For tests and benchmarks. */
#include "virtual_cores.h"

#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "sanitizer.h"
#include "scheduler.h"

static struct multh_linux_machine machine;
static uint32_t stopping;
static int exit_status;
static char log_text[512];
static uint64_t fake_clock_ns;

static struct virtual_core {
	uint32_t doorbell __attribute__((aligned(64)));
	pthread_t pthread;
	struct multh_thread native;  /* the pthread's own stack, to which the core returns at the end */
} virtual_cores[WIRE_MAX_CORES];

/* Mappings of one run. */
static struct { void *address; size_t bytes; } *maps;
static size_t map_count, map_room;
static pthread_mutex_t maps_lock = PTHREAD_MUTEX_INITIALIZER;

static __thread struct multh_thread *current;
static __thread uint32_t current_core;

__attribute__((noinline)) struct multh_thread *multh_port_self(void)
{
	__asm__ volatile("" ::: "memory");
	return current;
}

__attribute__((noinline)) void multh_port_set_self(struct multh_thread *thread)
{
	__asm__ volatile("" ::: "memory");
	current = thread;
}

static void futex(uint32_t *word, int operation, uint32_t value, const struct timespec *time)
{
	syscall(SYS_futex, word, operation, value, time, 0, FUTEX_BITSET_MATCH_ANY);
}

static void leave_core(void)
{
	struct multh_thread *native = &virtual_cores[current_core].native, forgotten;

	multh_sanitizer_switch(native, true);
	multh_context_switch(&forgotten.stack_pointer, native->stack_pointer, native);
	abort();
}

static void check_stopping(void)
{
	if (__atomic_load_n(&stopping, __ATOMIC_ACQUIRE))
		leave_core();
}

void multh_port_sleep(uint32_t core, uint64_t deadline_ns)
{
	uint32_t *doorbell = &virtual_cores[core].doorbell;
	struct timespec time = {(time_t)(deadline_ns / 1000000000), (long)(deadline_ns % 1000000000)};

	check_stopping();
	if (!__atomic_load_n(doorbell, __ATOMIC_ACQUIRE) && (deadline_ns == MULTH_NEVER || fake_clock_ns == 0 ||
							     multh_port_monotonic_ns() < deadline_ns))
		futex(doorbell, FUTEX_WAIT_BITSET, 0, deadline_ns == MULTH_NEVER || fake_clock_ns ? 0 : &time);
	__atomic_exchange_n(doorbell, 0, __ATOMIC_SEQ_CST);
	check_stopping();
}

void multh_linux_ring_core(uint32_t core)
{
	if (!__atomic_exchange_n(&virtual_cores[core].doorbell, 1, __ATOMIC_SEQ_CST))
		futex(&virtual_cores[core].doorbell, FUTEX_WAKE, INT_MAX, 0);
}

void multh_port_wake(uint32_t core) { multh_linux_ring_core(core); }
void multh_port_ring_linux(void)
{
	if (machine.ring_linux)
		machine.ring_linux(machine.context);
}

void multh_port_relax(uint32_t core)
{
	(void)core;
	check_stopping();
	syscall(SYS_sched_yield);
}

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec time;
	uint64_t fake = __atomic_load_n(&fake_clock_ns, __ATOMIC_SEQ_CST);

	if (fake)
		return fake;
	clock_gettime(clock, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

uint64_t multh_port_monotonic_ns(void) { return clock_ns(CLOCK_MONOTONIC); }
uint64_t multh_port_realtime_ns(void) { return clock_ns(CLOCK_REALTIME); }

void multh_linux_advance_clock(uint64_t ns)
{
	uint32_t core;

	__atomic_fetch_add(&fake_clock_ns, ns, __ATOMIC_SEQ_CST);
	for (core = 0; core < machine.cores; core++)
		multh_linux_ring_core(core);
}

void *multh_port_map(size_t bytes)
{
	void *address;

	bytes = (bytes + 4095) & ~(size_t)4095;
	address = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (address == MAP_FAILED)
		return 0;
	pthread_mutex_lock(&maps_lock);
	if (map_count == map_room) {
		map_room = map_room ? 2 * map_room : 64;
		maps = realloc(maps, map_room * sizeof *maps);
	}
	maps[map_count].address = address;
	maps[map_count++].bytes = bytes;
	pthread_mutex_unlock(&maps_lock);
	return address;
}

void multh_port_expect(void *address, size_t bytes, size_t pitch)
{
	(void)address, (void)bytes, (void)pitch;
}

bool multh_port_protect(void *address, size_t bytes) { return mprotect(address, bytes, PROT_NONE) == 0; }

void multh_port_log(const char *text, size_t bytes)
{
	size_t have = strlen(log_text);

	if (bytes > sizeof log_text - have - 2)
		bytes = sizeof log_text - have - 2;
	memcpy(log_text + have, text, bytes);
	log_text[have + bytes] = '\n';
	log_text[have + bytes + 1] = 0;
}

const char *multh_linux_log(void) { return log_text; }

void multh_port_exit(int status)
{
	uint32_t core;

	exit_status = status;
	__atomic_store_n(&stopping, 1, __ATOMIC_SEQ_CST);
	for (core = 0; core < machine.cores; core++)
		multh_linux_ring_core(core);
	leave_core();
	abort();
}

static void *run_core(void *number)
{
	uint32_t core = (uint32_t)(uintptr_t)number;
	struct virtual_core *virtual_core = &virtual_cores[core];

	pthread_attr_t attributes;
	void *stack;

	pthread_getattr_np(pthread_self(), &attributes);
	pthread_attr_getstack(&attributes, &stack, &virtual_core->native.stack_bytes);
	pthread_attr_destroy(&attributes);
	virtual_core->native.stack_low = stack;
	current_core = core;
	multh_sanitizer_adopt(&virtual_core->native);
	current = multh.core[core].idle;
	multh_sanitizer_switch(current, false);
	multh_context_switch(&virtual_core->native.stack_pointer, current->stack_pointer, &virtual_core->native);
	return 0;
}

bool multh_port_start_core(uint32_t core, void *stack_top)
{
	(void)stack_top; /* the idle thread's context is prepared */
	return pthread_create(&virtual_cores[core].pthread, 0, run_core, (void *)(uintptr_t)core) == 0;
}

/* ---- a run ---- */

void multh_linux_set_up(const struct multh_linux_machine *wanted)
{
	machine = *wanted;
	stopping = 0;
	exit_status = 0;
	log_text[0] = 0;
	fake_clock_ns = wanted->fake_clock_ns;
	memset(virtual_cores, 0, sizeof virtual_cores);
}

void multh_linux_join(void)
{
	uint32_t i;

	pthread_join(virtual_cores[0].pthread, 0);
	for (i = 1; i < machine.cores; i++)
		if (virtual_cores[i].pthread) {
			multh_linux_ring_core(i);
			pthread_join(virtual_cores[i].pthread, 0);
		}
}

int multh_linux_tear_down(void)
{
	while (map_count) {
		map_count--;
		munmap(maps[map_count].address, maps[map_count].bytes);
	}
	return exit_status;
}
