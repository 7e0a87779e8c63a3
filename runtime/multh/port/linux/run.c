/* SPDX-License-Identifier: MIT */
/* A run of MULiTh on plain Linux, from its configuration to its status. */
#include <time.h>

#include "scheduler.h"
#include "virtual_cores.h"

static int (*run_main)(void *);

static void *run_main_thread(void *argument)
{
	multh_port_exit(run_main(argument));
	return 0;
}

static uint64_t ticks_per_us(void)
{
	static uint64_t known;
	struct timespec begin, now;
	uint64_t ticks = multh_port_ticks();

	clock_gettime(CLOCK_MONOTONIC, &begin);
	do
		clock_gettime(CLOCK_MONOTONIC, &now);
	while (!known && (now.tv_sec - begin.tv_sec) * 1000000000 + now.tv_nsec - begin.tv_nsec < 1000000);
	if (!known)
		known = (multh_port_ticks() - ticks) / 1000;
	return known;
}

int multh_linux_run(const struct multh_linux_machine *wanted, int (*main_fn)(void *), void *argument)
{
	struct multh_config config = {
		.channel = wanted->channel,
		.ring_lines = wanted->ring_lines,
		.max_threads = wanted->max_threads,
		.cores = wanted->cores,
		.spin_limit = wanted->spin_limit,
		.spin_cores = wanted->cores,
		.reent_bytes = 256,
		.random = 0x1234567,
		.ticks_per_us = ticks_per_us(),
	};
	struct multh_core *core;
	int error;

	multh_linux_set_up(wanted);
	run_main = main_fn;
	if (!multh_init(&config))
		return 128 + 6;
	core = &multh.core[0];
	core->idle = multh_slot_take(core, MULTH_IDLE_STACK, false, &error);
	multh_prepare(core->idle, multh_stack_top(core->idle), 0, 0);
	core->idle->core = core;
	{
		struct multh_thread *thread = multh_slot_take(core, 1 << 20, true, &error);

		multh_prepare(thread, multh_stack_top(thread), run_main_thread, argument);
		multh.started_cores = 1;
		multh_first_thread();
		multh.started = true;
		multh_run_queue_push(&core->queue, thread, true);
	}
	multh_port_start_core(0, 0);
	multh_linux_join();
	multh.started = false;
	return multh_linux_tear_down();
}
