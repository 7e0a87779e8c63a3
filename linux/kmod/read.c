// SPDX-License-Identifier: GPL-2.0
/* What read(2) of an open file brings: its notes and log lines, in the order in which they came. */
#include <linux/slab.h>

#include "future.h"

bool future_context_readable(struct future_context *context)
{
	u64 arrival;

	lockdep_assert_held(&context->machine->lock);
	return context->gone || !list_empty(&context->notes) || future_log_pending(context, &arrival);
}

/* The next message in order of arrival; 0 or EIO behind the last of a machine that is gone; EAGAIN: none yet. */
ssize_t future_context_next(struct future_context *context, u64 *buffer, size_t bytes)
{
	struct future_note *note = list_first_entry_or_null(&context->notes, struct future_note, link);
	u64 log_arrival;
	ssize_t size;

	lockdep_assert_held(&context->machine->lock);
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
