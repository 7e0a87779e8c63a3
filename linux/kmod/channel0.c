// SPDX-License-Identifier: GPL-2.0
/* Channel 0: requests to Future's kernel, replies and notices from it. Routed by headers; no notice's body is read. */
#include <linux/slab.h>

#include "future.h"

/*
 * The kernel keeps room for a reply to each request in flight: this many of programs' wishes, and besides one
 * confirmation and one withdrawal of each context that has a process or a waiting create.
 */
#define REQUESTS_MAX 512

/* machine.transition; no core runs yet. The kernel itself fills the channel's header in. */
void future_channel0_start(struct future_memory *memory)
{
	struct wire_channel *channel = future_memory_at(memory, FUTURE_NATIVE_CONTROL);
	u32 lines = FUTURE_NATIVE_CONTROL_LINES;

	machine.l2f_tail = 0;
	machine.l2f = wire_sender_of(&channel->reply, wire_reply_lines(channel, lines), lines, &machine.l2f_tail);
	machine.l2f.alone = true; /* machine.lock */
	machine.f2l = wire_receiver_of(&channel->request, wire_request_lines(channel), lines);
	machine.in_flight = 0;
}

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
static void ring_kernel(void)
{
	struct future_native_boot *boot = machine.boot;
	u32 core, chosen = 0;

	wire_exchange32(&boot->control_rung.word, 1);
	for (core = 0; core < machine.cores; core++)
		if (wire_load32(&boot->core[core].state) == FUTURE_CORE_IDLE) {
			chosen = core;
			break;
		}
	future_interrupt_core(chosen, FUTURE_VECTOR_WAKE);
}

/* machine.lock. The body stands in message[2…] already; every request is one line. */
int future_message_send(u64 *message, u32 size, u16 type, u32 number, u32 generation)
{
	if (!machine.boot || machine.state == FUTURE_MACHINE_DEAD)
		return -ENODEV;
	message[0] = wire_publish_word(size, type, 0);
	message[1] = wire_who_word(number, generation);
	if (wire_send(&machine.l2f, message) <= 0)
		return -EAGAIN; /* the kernel takes nothing any more */
	ring_kernel();
	return 0;
}

int future_request_send(struct future_context *context, struct future_request *request, u64 *message, u32 size)
{
	int error;

	if (is_wish(request) && machine.in_flight >= REQUESTS_MAX)
		return -EAGAIN;
	error = future_message_send(message, size, request->type, context->number, context->generation);
	if (error)
		return error;
	if (is_wish(request)) {
		machine.in_flight++;
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
	list_del_init(&request->link);
	request->error = error;
	request->done = true;
	if (context->create == request)
		context->create = NULL;
	wake_up_all(&context->wait);
	if (!is_wish(request))
		return;
	machine.in_flight--;
	if (request->kind == FUTURE_REQUEST_ANSWERED)
		answer(context, request, error ? -error : request->reply.error);
	future_request_put(request);
}

/* The kernel wrote the slot before it answered. Its core counts arenas from where programs' memory begins. */
static int find_slot(u64 arena_offset)
{
	u64 programs = (u64)machine.memory->chunks * FUTURE_CHUNK_BYTES - machine.booted.memory_bytes;
	u32 slot;

	for (slot = 0; slot < FUTURE_NATIVE_PROCESSES; slot++) {
		const struct future_native_process *place = &machine.boot->process[slot];

		if (wire_load32(&place->used) && place->arena_offset == programs + arena_offset)
			return slot;
	}
	return -1;
}

static bool places_valid(const struct future_native_process *places)
{
	u64 end = (u64)machine.memory->chunks * FUTURE_CHUNK_BYTES;

	return PAGE_ALIGNED(places->arena_offset | places->arena_bytes | places->channel_offset |
			    places->channel_bytes) &&
	       places->arena_offset < end && places->arena_bytes <= end - places->arena_offset &&
	       places->channel_offset < end && places->channel_bytes <= end - places->channel_offset;
}

/* The context has a process now, even if nobody waits for the answer any more. */
static bool created(struct future_context *context, const struct future_request *request)
{
	struct control_create_reply more;
	int slot;

	control_create_reply_decode(&request->reply, &more);
	slot = find_slot(more.arena_offset);
	if (slot < 0 || context->pid)
		return false;
	context->places = machine.boot->process[slot];
	if (!places_valid(&context->places))
		return false;
	context->slot = slot;
	context->core_mask = more.core_mask;
	context->wish = request->wish;
	context->owner = request->owner;
	context->state = FUTURE_PROCESS_CREATED;
	context->created_ns = ktime_get_ns();
	context->pid = request->reply.result;
	machine.process[slot] = context;
	machine.processes++;
	return true;
}

/* The answer to an exit confirmation: EBUSY, and its exit notice will come; else nothing is left of the process. */
static void confirmed(struct future_context *context, int error)
{
	if (error == EBUSY) {
		if (context->state == FUTURE_PROCESS_DEAD) /* the notice overtook the answer */
			future_context_confirm(context);
		else
			context->state = FUTURE_PROCESS_DYING;
		return;
	}
	context->pid = 0;
	machine.process[context->slot] = NULL;
	machine.processes--;
	wake_up_all(&machine.wait);
}

static struct future_request *find_pending(struct future_context *context, u16 type)
{
	struct future_request *request;

	list_for_each_entry(request, &context->pending, link)
		if (request->type == type)
			return request;
	return NULL;
}

/* Replies to one context's requests of one type come in the order of sending. */
static void take_reply(const u64 *message)
{
	struct future_context *context = future_context_find(wire_ltn(message[1]), wire_sequence(message[1]));
	struct future_request *request;
	struct wire_reply *reply;

	if (!context || wire_size(message[0]) < 8 * (WIRE_HEADER_WORDS + 1) + sizeof(*reply))
		return;
	request = find_pending(context, wire_message_type(message[0]));
	if (!request)
		return;
	reply = &request->reply;
	memcpy(reply, message + WIRE_HEADER_WORDS + 1, sizeof(*reply));
	if (reply->error < 0 || reply->error > MAX_ERRNO)
		reply->error = EPROTO;

	if (request->kind == FUTURE_REQUEST_WITHDRAW) {
		future_request_done(request, 0, context);
		if (!reply->error && context->create)
			future_request_done(context->create,
					    machine.state == FUTURE_MACHINE_UP ? -EINTR : -ESHUTDOWN, context);
	} else if (request->kind == FUTURE_REQUEST_CONFIRM) {
		future_request_done(request, 0, context);
		confirmed(context, reply->error);
	} else {
		if (request->type == CONTROL_CREATE_TYPE && !reply->error && !created(context, request))
			return future_machine_dead("its kernel created a process that makes no sense");
		if (request->type == CONTROL_RUN_TYPE && !reply->error && context->state == FUTURE_PROCESS_CREATED)
			context->state = FUTURE_PROCESS_RUNNING;
		future_request_done(request, 0, context);
		if (context->closed && context->pid)
			future_context_confirm(context);
	}
	future_context_free(context);
}

static void take_process_notice(const u64 *message, bool ended)
{
	struct future_context *context = future_context_find(wire_ltn(message[1]), wire_sequence(message[1]));
	struct future_note *note;

	if (!context || !context->pid)
		return;
	if (ended)
		context->state = FUTURE_PROCESS_DEAD;
	if (context->closed) {
		if (ended)
			future_context_confirm(context);
		return;
	}
	note = ended ? &context->exit_note : &context->exception_note;
	if (!list_empty(&note->link) || wire_size(message[0]) > sizeof(note->words))
		return;
	note->bytes = wire_size(message[0]);
	memcpy(note->words, message, note->bytes);
	future_context_note(context, note);
}

/* The process has several of these, and can do without: they may not take much of Linux's memory. */
static void take_core_stopped(const u64 *message)
{
	struct future_context *context = future_context_find(wire_ltn(message[1]), wire_sequence(message[1]));
	struct future_note *note;

	if (!context || !context->pid || context->closed || context->answers >= FUTURE_ANSWERS_MAX ||
	    wire_size(message[0]) > sizeof(note->words))
		return;
	note = kzalloc(sizeof(*note), GFP_ATOMIC | __GFP_NOWARN);
	if (!note)
		return;
	note->allocated = true;
	note->bytes = wire_size(message[0]);
	memcpy(note->words, message, note->bytes);
	context->answers++;
	future_context_note(context, note);
}

/* The one notice that is for the module itself. */
static void take_boot_complete(const u64 *message)
{
	u32 words = wire_size(message[0]) / 8 - WIRE_HEADER_WORDS;

	if (control_boot_complete_decode(message + WIRE_HEADER_WORDS, words, &machine.booted) != WIRE_BODY_GOOD)
		return;
	machine.boot_complete = true;
	wake_up_all(&machine.wait);
}

static void take_message(const u64 *message)
{
	if (wire_flags(message[0]) & WIRE_FLAG_REPLY)
		return take_reply(message);
	switch (wire_message_type(message[0])) {
	case CONTROL_BOOT_COMPLETE_TYPE:
		return take_boot_complete(message);
	case CONTROL_LOG_TYPE:
		return future_log_keep(message, wire_size(message[0]));
	case CONTROL_EXCEPTION_TYPE:
		return take_process_notice(message, false);
	case CONTROL_EXIT_NOTICE_TYPE:
		return take_process_notice(message, true);
	case CONTROL_CORE_STOPPED_TYPE:
		return take_core_stopped(message);
	}
}

/*
 * machine.lock, machine.boot. At most `limit` messages; true: call again, the ring is still declared attended, so that
 * nothing rings meanwhile. False: it was empty after it was declared unattended, so the next message rings.
 */
bool future_channel0_drain(unsigned int limit)
{
	int lines;

	do {
		wire_attend_requests(machine.f2l.control);
		while (machine.state != FUTURE_MACHINE_DEAD) {
			if (!limit--)
				return true;
			lines = wire_receive(&machine.f2l, machine.message);
			if (lines == WIRE_MALFORMED) {
				future_machine_dead("channel 0 is corrupt");
				return false;
			}
			if (lines == WIRE_EMPTY)
				break;
			take_message(machine.message);
			if (wire_head_is_stale(&machine.f2l))
				wire_publish_head(&machine.f2l);
		}
		wire_publish_head(&machine.f2l);
	} while (machine.state != FUTURE_MACHINE_DEAD && !wire_leave_requests(&machine.f2l));
	return false;
}
