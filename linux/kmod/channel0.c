// SPDX-License-Identifier: GPL-2.0
/* Channel 0 from Future's kernel: replies and notices, routed by their headers; no notice's body is read. */
#include <linux/slab.h>

#include "future.h"

/* machine.transition; no core runs yet. The kernel itself fills the channel's header in. */
void future_channel0_start(struct future_machine *machine)
{
	struct wire_channel *channel = future_memory_at(machine->memory, FUTURE_NATIVE_CONTROL);
	u32 lines = FUTURE_NATIVE_CONTROL_LINES;

	lockdep_assert_held(&machine->transition);
	machine->l2f_tail = 0;
	machine->l2f = wire_sender_of(&channel->reply, wire_reply_lines(channel, lines), lines, &machine->l2f_tail);
	machine->l2f.alone = true; /* machine.lock */
	machine->f2l = wire_receiver_of(&channel->request, wire_request_lines(channel), lines);
	machine->in_flight = 0;
}

/* The kernel wrote the slot before it answered. Its core counts arenas from where programs' memory begins. */
static int find_slot(const struct future_machine *machine, u64 arena_offset)
{
	u64 programs = (u64)machine->memory->chunks * FUTURE_CHUNK_BYTES - machine->booted.memory_bytes;
	u32 slot;

	for (slot = 0; slot < FUTURE_NATIVE_PROCESSES; slot++) {
		const struct future_native_process *place = &machine->boot->process[slot];

		if (wire_load32(&place->used) && place->arena_offset == programs + arena_offset)
			return slot;
	}
	return -1;
}

static bool places_valid(const struct future_machine *machine, const struct future_native_process *places)
{
	u64 end = (u64)machine->memory->chunks * FUTURE_CHUNK_BYTES;

	return PAGE_ALIGNED(places->arena_offset | places->arena_bytes | places->channel_offset |
			    places->channel_bytes) &&
	       places->arena_offset < end && places->arena_bytes <= end - places->arena_offset &&
	       places->channel_offset < end && places->channel_bytes <= end - places->channel_offset;
}

/* The context has a process now, even if nobody waits for the answer any more. */
static bool created(struct future_context *context, const struct future_request *request)
{
	struct future_machine *machine = context->machine;
	struct control_create_reply more;
	int slot;

	control_create_reply_decode(&request->reply, &more);
	slot = find_slot(machine, more.arena_offset);
	if (slot < 0 || context->pid)
		return false;
	context->places = machine->boot->process[slot];
	if (!places_valid(machine, &context->places))
		return false;
	context->slot = slot;
	context->core_mask = more.core_mask;
	context->wish = request->wish;
	context->owner = request->owner;
	context->state = FUTURE_PROCESS_CREATED;
	context->created_ns = ktime_get_ns();
	context->pid = request->reply.result;
	machine->process[slot] = context;
	machine->processes++;
	return true;
}

/* The answer to an exit confirmation: EBUSY, and its exit notice will come; else nothing is left of the process. */
static void confirmed(struct future_context *context, int error)
{
	struct future_machine *machine = context->machine;

	if (error == EBUSY) {
		if (context->state == FUTURE_PROCESS_DEAD) /* the notice overtook the answer */
			future_context_confirm(context);
		else
			context->state = FUTURE_PROCESS_DYING;
		return;
	}
	context->pid = 0;
	machine->process[context->slot] = NULL;
	machine->processes--;
	wake_up_all(&machine->wait);
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
static void take_reply(struct future_machine *machine, const u64 *message)
{
	struct future_context *context = future_context_find(machine, wire_ltn(message[1]), wire_sequence(message[1]));
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
					    machine->state == FUTURE_MACHINE_UP ? -EINTR : -ESHUTDOWN, context);
	} else if (request->kind == FUTURE_REQUEST_CONFIRM) {
		future_request_done(request, 0, context);
		confirmed(context, reply->error);
	} else {
		if (request->type == CONTROL_CREATE_TYPE && !reply->error && !created(context, request))
			return future_machine_dead(machine, "its kernel created a process that makes no sense");
		if (request->type == CONTROL_RUN_TYPE && !reply->error && context->state == FUTURE_PROCESS_CREATED)
			context->state = FUTURE_PROCESS_RUNNING;
		future_request_done(request, 0, context);
		if (context->closed && context->pid)
			future_context_confirm(context);
	}
	future_context_free(context);
}

static void take_process_notice(struct future_machine *machine, const u64 *message, bool ended)
{
	struct future_context *context = future_context_find(machine, wire_ltn(message[1]), wire_sequence(message[1]));
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
static void take_core_stopped(struct future_machine *machine, const u64 *message)
{
	struct future_context *context = future_context_find(machine, wire_ltn(message[1]), wire_sequence(message[1]));
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
static void take_boot_complete(struct future_machine *machine, const u64 *message)
{
	u32 words = wire_size(message[0]) / 8 - WIRE_HEADER_WORDS;

	if (control_boot_complete_decode(message + WIRE_HEADER_WORDS, words, &machine->booted) != WIRE_BODY_GOOD)
		return;
	machine->boot_complete = true;
	wake_up_all(&machine->wait);
}

static void take_message(struct future_machine *machine, const u64 *message)
{
	if (wire_flags(message[0]) & WIRE_FLAG_REPLY)
		return take_reply(machine, message);
	switch (wire_message_type(message[0])) {
	case CONTROL_BOOT_COMPLETE_TYPE:
		return take_boot_complete(machine, message);
	case CONTROL_LOG_TYPE:
		return future_log_keep(machine, message, wire_size(message[0]));
	case CONTROL_EXCEPTION_TYPE:
		return take_process_notice(machine, message, false);
	case CONTROL_EXIT_NOTICE_TYPE:
		return take_process_notice(machine, message, true);
	case CONTROL_CORE_STOPPED_TYPE:
		return take_core_stopped(machine, message);
	}
}

/*
 * machine.lock, machine.boot. At most `limit` messages; true: call again, the ring is still declared attended, so that
 * nothing rings meanwhile. False: it was empty after it was declared unattended, so the next message rings.
 */
bool future_channel0_drain(struct future_machine *machine, unsigned int limit)
{
	int lines;

	lockdep_assert_held(&machine->lock);
	do {
		wire_attend_requests(machine->f2l.control);
		while (machine->state != FUTURE_MACHINE_DEAD) {
			if (!limit--)
				return true;
			lines = wire_receive(&machine->f2l, machine->message);
			if (lines == WIRE_MALFORMED) {
				future_machine_dead(machine, "channel 0 is corrupt");
				return false;
			}
			if (lines == WIRE_EMPTY)
				break;
			take_message(machine, machine->message);
			if (wire_head_is_stale(&machine->f2l))
				wire_publish_head(&machine->f2l);
		}
		wire_publish_head(&machine->f2l);
	} while (machine->state != FUTURE_MACHINE_DEAD && !wire_leave_requests(&machine->f2l));
	return false;
}
