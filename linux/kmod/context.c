// SPDX-License-Identifier: GPL-2.0
/* Contexts: an open file's numbers, its queue of notes, and what is left of it when it is closed: a zombie. */
#include <linux/cred.h>
#include <linux/slab.h>

#include "future.h"

/* Everything that walks all contexts does so with interrupts off. Root, who has no limit, has none to harm. */
#define CONTEXTS_A_USER 256
#define CONTEXTS_OF_USERS 1024

/* machine.lock */
static int may_open(const struct future_machine *machine, kuid_t user)
{
	const struct future_context *context;
	u32 mine = 0, all = 0;

	if (uid_eq(user, GLOBAL_ROOT_UID))
		return 0;
	list_for_each_entry(context, &machine->contexts, link) {
		all += !uid_eq(context->opener, GLOBAL_ROOT_UID);
		mine += uid_eq(context->opener, user);
	}
	if (mine >= CONTEXTS_A_USER)
		return -EMFILE;
	return all >= CONTEXTS_OF_USERS ? -ENFILE : 0;
}

struct future_context *future_context_open(struct future_machine *machine, struct inode *inode)
{
	struct future_context *context = kzalloc(sizeof(*context), GFP_KERNEL_ACCOUNT);
	int number;

	if (!context)
		return ERR_PTR(-ENOMEM);
	init_waitqueue_head(&context->wait);
	context->machine = machine;
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
	spin_lock_irq(&machine->lock);
	number = may_open(machine, context->opener);
	if (!number)
		number = idr_alloc_cyclic(&machine->contexts_by_number, context, 0, 0, GFP_NOWAIT);
	if (number >= 0) {
		context->number = number;
		if (!++machine->last_generation)
			machine->last_generation = 1;
		context->generation = machine->last_generation;
		list_add_tail(&context->link, &machine->contexts);
		future_context_attach(context);
	}
	spin_unlock_irq(&machine->lock);
	idr_preload_end();
	if (number >= 0)
		return context;
	kfree(context);
	return ERR_PTR(number);
}

/* True: the machine is up and the context may use it. One whose machine is gone stays with that. */
bool future_context_attach(struct future_context *context)
{
	lockdep_assert_held(&context->machine->lock);
	if (!future_machine_up(context->machine) || context->gone)
		return false;
	context->attached = true;
	return true;
}

struct future_context *future_context_find(struct future_machine *machine, u32 number, u32 generation)
{
	struct future_context *context = generation ? idr_find(&machine->contexts_by_number, number) : NULL;

	lockdep_assert_held(&machine->lock);
	return context && context->generation == generation ? context : NULL;
}

/* If it is closed and nothing of it is in flight. Its memory and doorbell were given up when it was closed. */
void future_context_free(struct future_context *context)
{
	struct future_machine *machine = context->machine;

	lockdep_assert_held(&machine->lock);
	if (!context->closed || context->pid || !list_empty(&context->pending))
		return;
	idr_remove(&machine->contexts_by_number, context->number);
	list_del(&context->link);
	kfree(context);
}

void future_context_note(struct future_context *context, struct future_note *note)
{
	lockdep_assert_held(&context->machine->lock);
	if (context->closed) {
		if (note->allocated)
			kfree(note);
		return;
	}
	note->arrival = context->machine->arrivals++;
	list_add_tail(&note->link, &context->notes);
	wake_up_all(&context->wait);
}
