/* SPDX-License-Identifier: MIT */
/* Joins the layers: every file's own beginning, what lower layers call above them, the main thread. */
#include "sanitizer.h"
#include "view.h"

bool multh_init(const struct multh_config *config)
{
	uint32_t i;

	__builtin_memset(&multh, 0, sizeof multh);
	multh.config = *config;
	multh.channel = config->channel;
	multh.cores = config->cores;
	multh.earliest_timer = MULTH_NEVER;
	multh.up = (struct multh_upcalls){multh_thread_main, multh_run_thread, multh_end_cancelled};
	multh.canary = 0x6d756c746863616eull ^ config->random << 8; /* low byte fixed: a string's end does not fit */
	multh.core = multh_port_map(config->cores * sizeof *multh.core);
	multh.threads = multh_port_map(config->max_threads * sizeof *multh.threads);
	multh.timer_heap = multh_port_map(config->max_threads * sizeof *multh.timer_heap);
	if (!multh.core || !multh.threads || !multh.timer_heap)
		return false;
	multh_wake_init();
	multh_view_init();
	multh_stacks_init();
	multh_keys_init();
	multh_semaphores_init();
	multh_robust_init();
	multh.replies = wire_receiver_of(&multh.channel->reply, wire_reply_lines(multh.channel, config->ring_lines),
					 config->ring_lines);
	for (i = 0; i < config->cores; i++) {
		struct multh_core *core = &multh.core[i];

		core->number = i;
		core->steal_from = i + 1;
		core->sender = wire_sender_of(&multh.channel->request, wire_request_lines(multh.channel),
					      config->ring_lines, &multh.channel->request.tail.word);
		core->sender.alone = config->cores == 1;
	}
	return true;
}

/* The thread that runs on the stack on which core 0 was started. */
void multh_adopt_main(char *stack_low, size_t stack_bytes, struct multh_thread **main_thread)
{
	struct multh_core *core = &multh.core[0];
	struct multh_thread *self;
	int error;

	core->idle = multh_slot_take(core, MULTH_IDLE_STACK, false, &error);
	self = multh_slot_take(core, 0, true, &error);
	if (!core->idle || !self)
		multh_die("no memory for the main thread", 0);
	multh_prepare(core->idle, multh_stack_top(core->idle), 0, 0);
	multh_prepare(self, multh_stack_top(self), 0, 0);
	self->stack_low = stack_low;
	self->stack_bytes = stack_bytes;
	self->core = core;
	core->running = self;
	multh_sanitizer_adopt(self);
	multh_port_set_self(self);
	__atomic_store_n(&multh.started_cores, 1, __ATOMIC_RELEASE);
	multh_first_thread();
	multh.started = true;
	*main_thread = self;
}
