// SPDX-License-Identifier: GPL-2.0
/* The end of contexts: one by one, when their files are closed, and all at once with the machine. */
#include <linux/slab.h>

#include "future.h"

/* The context is closed, so its process is to end: at once if it never ran or is dead, else after its exit notice. */
void future_context_confirm(struct future_context *context)
{
	const struct control_exit_confirm_request body = {context->pid};
	u64 message[CONTROL_EXIT_CONFIRM_WORDS];

	lockdep_assert_held(&context->machine->lock);
	if (!list_empty(&context->confirm.link))
		return;
	future_request_send(context, &context->confirm, message, control_exit_confirm_encode(message, &body));
}

/* Takes the create in flight back, if there is one. Whichever way that ends, the create is answered. */
void future_context_withdraw(struct future_context *context)
{
	const struct control_exit_confirm_request nobody = {0};
	u64 message[CONTROL_EXIT_CONFIRM_WORDS];

	lockdep_assert_held(&context->machine->lock);
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

	spin_lock_irq(&context->machine->lock);
	yes = list_empty(&context->pending);
	spin_unlock_irq(&context->machine->lock);
	return yes;
}

/*
 * A create or a run that nobody awaits any more is answered before its file is closed: the confirmation of what it
 * made is then on channel 0 ahead of every create to come, or it is known to run, as process_at() has it. A kernel
 * that hangs is not waited for long.
 */
static void settle(struct future_context *context)
{
	spin_lock_irq(&context->machine->lock);
	future_context_withdraw(context);
	spin_unlock_irq(&context->machine->lock);
	wait_event_timeout(context->wait, settled(context), HZ);
}

/* No call on the file and no mapping of it is left. */
void future_context_close(struct future_context *context)
{
	struct future_machine *machine = context->machine;
	struct future_doorbell *bell;
	struct future_memory *memory;

	settle(context);
	spin_lock_irq(&machine->lock);
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
	spin_unlock_irq(&machine->lock);
	future_doorbell_put(bell);
	if (memory)
		future_memory_put(memory);
}

/* The machine died or was shut down: nothing that was asked will be answered, zombies have nothing to wait for. */
void future_contexts_gone(struct future_machine *machine, enum future_gone gone)
{
	struct future_context *context, *next;
	struct future_request *request, *following;

	lockdep_assert_held(&machine->lock);
	list_for_each_entry_safe(context, next, &machine->contexts, link) {
		if (!context->attached || context->gone)
			continue;
		list_for_each_entry_safe(request, following, &context->pending, link)
			future_request_done(request, gone == FUTURE_GONE_DIED ? -EIO : -ESHUTDOWN, context);
		future_doorbell_detach(context->doorbell);
		context->gone = gone;
		if (context->pid)
			machine->process[context->slot] = NULL;
		context->pid = 0;
		wake_up_all(&context->wait);
		future_context_free(context);
	}
	machine->processes = 0;
	wake_up_all(&machine->wait);
}
