// SPDX-License-Identifier: GPL-2.0
/* Contexts: an open file's numbers, its queue of notes, and its end: a zombie until nothing of it is in flight. */
#include <linux/cred.h>
#include <linux/slab.h>

#include "future.h"

/* Everything that walks all contexts does so with interrupts off. Root, who has no limit, has none to harm. */
#define CONTEXTS_A_USER 256
#define CONTEXTS_OF_USERS 1024

/* machine.lock */
static int may_open(kuid_t user)
{
	const struct future_context *context;
	u32 mine = 0, all = 0;

	if (uid_eq(user, GLOBAL_ROOT_UID))
		return 0;
	list_for_each_entry(context, &machine.contexts, link) {
		all += !uid_eq(context->opener, GLOBAL_ROOT_UID);
		mine += uid_eq(context->opener, user);
	}
	if (mine >= CONTEXTS_A_USER)
		return -EMFILE;
	return all >= CONTEXTS_OF_USERS ? -ENFILE : 0;
}

struct future_context *future_context_open(struct inode *inode)
{
	struct future_context *context = kzalloc(sizeof(*context), GFP_KERNEL_ACCOUNT);
	int number;

	if (!context)
		return ERR_PTR(-ENOMEM);
	init_waitqueue_head(&context->wait);
	context->inode = inode;
	context->opener = current_uid();
	INIT_LIST_HEAD(&context->pending);
	INIT_LIST_HEAD(&context->notes);
	INIT_LIST_HEAD(&context->log_link);
	INIT_LIST_HEAD(&context->exit_note.link);
	INIT_LIST_HEAD(&context->exception_note.link);
	INIT_LIST_HEAD(&context->confirm.link);
	INIT_LIST_HEAD(&context->withdraw.link);
	context->confirm.type = CONTROL_EXIT_CONFIRM_TYPE;
	context->confirm.kind = FUTURE_REQUEST_CONFIRM;
	context->withdraw.type = CONTROL_EXIT_CONFIRM_TYPE;
	context->withdraw.kind = FUTURE_REQUEST_WITHDRAW;

	idr_preload(GFP_KERNEL);
	spin_lock_irq(&machine.lock);
	number = may_open(context->opener);
	if (!number)
		number = idr_alloc_cyclic(&machine.contexts_by_number, context, 0, 0, GFP_NOWAIT);
	if (number >= 0) {
		context->number = number;
		if (!++machine.last_generation)
			machine.last_generation = 1;
		context->generation = machine.last_generation;
		list_add_tail(&context->link, &machine.contexts);
		future_context_attach(context);
	}
	spin_unlock_irq(&machine.lock);
	idr_preload_end();
	if (number >= 0)
		return context;
	kfree(context);
	return ERR_PTR(number);
}

/* True: the machine is up and the context may use it. One whose machine is gone stays with that. */
bool future_context_attach(struct future_context *context)
{
	if (!future_machine_up() || context->gone)
		return false;
	context->attached = true;
	return true;
}

struct future_context *future_context_find(u32 number, u32 generation)
{
	struct future_context *context = generation ? idr_find(&machine.contexts_by_number, number) : NULL;

	return context && context->generation == generation ? context : NULL;
}

/* If it is closed and nothing of it is in flight. Its memory and doorbell were given up when it was closed. */
void future_context_free(struct future_context *context)
{
	if (!context->closed || context->pid || !list_empty(&context->pending))
		return;
	idr_remove(&machine.contexts_by_number, context->number);
	list_del(&context->link);
	kfree(context);
}

/* The context is closed, so its process is to end: at once if it never ran or is dead, else after its exit notice. */
void future_context_confirm(struct future_context *context)
{
	const struct control_exit_confirm_request body = {context->pid};
	u64 message[CONTROL_EXIT_CONFIRM_WORDS];

	if (!list_empty(&context->confirm.link))
		return;
	future_request_send(context, &context->confirm, message, control_exit_confirm_encode(message, &body));
}

/* Takes the create in flight back, if there is one. Whichever way that ends, the create is answered. */
void future_context_withdraw(struct future_context *context)
{
	const struct control_exit_confirm_request nobody = {0};
	u64 message[CONTROL_EXIT_CONFIRM_WORDS];

	if (!context->create || !list_empty(&context->withdraw.link))
		return;
	future_request_send(context, &context->withdraw, message, control_exit_confirm_encode(message, &nobody));
}

static void drop_notes(struct future_context *context)
{
	struct future_note *note, *next;

	list_for_each_entry_safe(note, next, &context->notes, link) {
		list_del_init(&note->link);
		if (note->allocated)
			kfree(note);
	}
}

static bool settled(struct future_context *context)
{
	bool yes;

	spin_lock_irq(&machine.lock);
	yes = list_empty(&context->pending);
	spin_unlock_irq(&machine.lock);
	return yes;
}

/*
 * A create or a run that nobody awaits any more is answered before its file is closed: the confirmation of what it
 * made is then on channel 0 ahead of every create to come, or it is known to run, as process_at() has it. A kernel
 * that hangs is not waited for long.
 */
static void settle(struct future_context *context)
{
	spin_lock_irq(&machine.lock);
	future_context_withdraw(context);
	spin_unlock_irq(&machine.lock);
	wait_event_timeout(context->wait, settled(context), HZ);
}

/* No call on the file and no mapping of it is left. */
void future_context_close(struct future_context *context)
{
	struct future_doorbell *bell;
	struct future_memory *memory;

	if (READ_ONCE(machine.reserver) == context)
		future_unreserve(context);
	settle(context);
	spin_lock_irq(&machine.lock);
	context->closed = true;
	list_del_init(&context->log_link);
	drop_notes(context);
	bell = context->doorbell;
	future_doorbell_detach(bell);
	context->doorbell = NULL;
	memory = context->memory;
	context->memory = NULL;
	if (context->pid)
		future_context_confirm(context);
	future_context_free(context);
	spin_unlock_irq(&machine.lock);
	future_doorbell_put(bell);
	if (memory)
		future_memory_put(memory);
}

void future_context_note(struct future_context *context, struct future_note *note)
{
	if (context->closed) {
		if (note->allocated)
			kfree(note);
		return;
	}
	note->arrival = machine.arrivals++;
	list_add_tail(&note->link, &context->notes);
	wake_up_all(&context->wait);
}

bool future_context_readable(struct future_context *context)
{
	u64 arrival;

	return context->gone || !list_empty(&context->notes) || future_log_pending(context, &arrival);
}

/* The next message in order of arrival; 0 or EIO behind the last of a machine that is gone; EAGAIN: none yet. */
ssize_t future_context_next(struct future_context *context, u64 *buffer, size_t bytes)
{
	struct future_note *note = list_first_entry_or_null(&context->notes, struct future_note, link);
	u64 log_arrival;
	ssize_t size;

	if (future_log_pending(context, &log_arrival) && (!note || log_arrival < note->arrival))
		return future_log_next(context, buffer, bytes);
	if (!note) {
		if (context->gone)
			return context->gone == FUTURE_GONE_DIED ? -EIO : 0;
		return future_context_attach(context) ? -EAGAIN : -ENODEV;
	}
	if (bytes < note->bytes)
		return -EMSGSIZE;
	size = note->bytes;
	memcpy(buffer, note->words, size);
	list_del_init(&note->link);
	if (note->allocated) {
		context->answers--;
		kfree(note);
	}
	return size;
}

/* The machine died or was shut down: nothing that was asked will be answered, zombies have nothing to wait for. */
void future_contexts_gone(enum future_gone gone)
{
	struct future_context *context, *next;
	struct future_request *request, *following;

	list_for_each_entry_safe(context, next, &machine.contexts, link) {
		if (!context->attached || context->gone)
			continue;
		list_for_each_entry_safe(request, following, &context->pending, link)
			future_request_done(request, gone == FUTURE_GONE_DIED ? -EIO : -ESHUTDOWN, context);
		future_doorbell_detach(context->doorbell);
		context->gone = gone;
		if (context->pid)
			machine.process[context->slot] = NULL;
		context->pid = 0;
		wake_up_all(&context->wait);
		future_context_free(context);
	}
	machine.processes = 0;
	wake_up_all(&machine.wait);
}
