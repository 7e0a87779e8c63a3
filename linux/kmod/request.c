// SPDX-License-Identifier: GPL-2.0
/* Requests to Future's kernel: sent over channel 0, and done with, answered or not. */
#include <linux/slab.h>

#include "future.h"

/*
 * The kernel keeps room for a reply to each request in flight: this many of programs' wishes, and besides one
 * confirmation and one withdrawal of each context that has a process or a waiting create.
 */
#define REQUESTS_MAX 512

struct future_request *future_request_new(u16 type)
{
	struct future_request *request = kzalloc(sizeof(*request), GFP_KERNEL_ACCOUNT);

	if (request) {
		refcount_set(&request->references, 1);
		request->type = type;
	}
	return request;
}

void future_request_put(struct future_request *request)
{
	if (request && refcount_dec_and_test(&request->references)) {
		kfree(request->answer);
		kfree(request);
	}
}

static bool is_wish(const struct future_request *request)
{
	return request->kind == FUTURE_REQUEST_WAITED || request->kind == FUTURE_REQUEST_ANSWERED;
}

/* Interrupts a core that has no process, if there is one: whichever looks first takes all messages. */
static void ring_kernel(struct future_machine *machine)
{
	struct future_native_boot *boot = machine->boot;
	u32 core, chosen = 0;

	wire_exchange32(&boot->control_rung.word, 1);
	for (core = 0; core < machine->cores; core++)
		if (wire_load32(&boot->core[core].state) == FUTURE_CORE_IDLE) {
			chosen = core;
			break;
		}
	future_interrupt_core(machine, chosen, FUTURE_VECTOR_WAKE);
}

/* machine.lock. The body stands in message[2…] already; every request is one line. */
int future_message_send(struct future_machine *machine, u64 *message, u32 size, u16 type, u32 number,
			u32 generation)
{
	lockdep_assert_held(&machine->lock);
	if (!machine->boot || machine->state == FUTURE_MACHINE_DEAD)
		return -ENODEV;
	message[0] = wire_publish_word(size, type, 0);
	message[1] = wire_who_word(number, generation);
	if (wire_send(&machine->l2f, message) <= 0)
		return -EAGAIN; /* the kernel takes nothing any more */
	ring_kernel(machine);
	return 0;
}

int future_request_send(struct future_context *context, struct future_request *request, u64 *message, u32 size)
{
	struct future_machine *machine = context->machine;
	int error;

	lockdep_assert_held(&machine->lock);
	if (is_wish(request) && machine->in_flight >= REQUESTS_MAX)
		return -EAGAIN;
	error = future_message_send(machine, message, size, request->type, context->number, context->generation);
	if (error)
		return error;
	if (is_wish(request)) {
		machine->in_flight++;
		refcount_inc(&request->references);
	}
	list_add_tail(&request->link, &context->pending); /* its reply cannot be taken before the lock is free */
	return 0;
}

static void answer(struct future_context *context, struct future_request *request, int error)
{
	struct future_device_answer *to = (void *)request->answer->words;

	*to = (struct future_device_answer){.error = error, .verb = FUTURE_VERB_KILL};
	request->answer->bytes = sizeof(*to);
	future_context_note(context, request->answer);
	request->answer = NULL;
}

/* machine.lock. `error` is nonzero if no reply came. The request may be gone afterwards. */
void future_request_done(struct future_request *request, int error, struct future_context *context)
{
	struct future_machine *machine = context->machine;

	lockdep_assert_held(&machine->lock);
	list_del_init(&request->link);
	request->error = error;
	request->done = true;
	if (context->create == request)
		context->create = NULL;
	wake_up_all(&context->wait);
	if (!is_wish(request))
		return;
	machine->in_flight--;
	if (request->kind == FUTURE_REQUEST_ANSWERED)
		answer(context, request, error ? -error : request->reply.error);
	future_request_put(request);
}
