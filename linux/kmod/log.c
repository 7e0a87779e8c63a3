// SPDX-License-Identifier: GPL-2.0
/* The kernel's log: its last messages are kept here, and each reader walks along them at its own pace. */
#include <linux/mm.h>
#include <linux/slab.h>

#include "future.h"

#define PLACES 256

int future_log_init(struct future_machine *machine)
{
	struct future_log *log = &machine->log;

	INIT_LIST_HEAD(&log->readers);
	log->history = kvcalloc(PLACES, sizeof(*log->history), GFP_KERNEL);
	return log->history ? 0 : -ENOMEM;
}

void future_log_exit(struct future_machine *machine)
{
	kvfree(machine->log.history);
}

static u64 oldest(const struct future_log *log)
{
	return log->written > PLACES ? log->written - PLACES : 0;
}

/* A new machine has a new log, which is not for the contexts of the one before. */
void future_log_clear(struct future_machine *machine)
{
	struct future_context *context;

	lockdep_assert_held(&machine->lock);
	list_for_each_entry(context, &machine->contexts, link) {
		context->log_next = 0;
		context->log = false;
		list_del_init(&context->log_link);
	}
	machine->log.written = 0;
}

void future_log_keep(struct future_machine *machine, const u64 *words, u32 bytes)
{
	struct future_log *log = &machine->log;
	struct future_log_message *place = &log->history[log->written % PLACES];
	struct future_context *context;

	lockdep_assert_held(&machine->lock);
	if (bytes > sizeof(place->words))
		return;
	place->arrival = machine->arrivals++;
	place->number = wire_ltn(words[1]);
	place->generation = wire_sequence(words[1]);
	place->bytes = bytes;
	memcpy(place->words, words, bytes);
	log->written++;
	log->news = true;
	context = future_context_find(machine, place->number, place->generation);
	if (context && !context->closed && list_empty(&context->log_link))
		wake_up_all(&context->wait);
}

/* Once for all that came together: they may be many, and the lines too. */
void future_log_tell(struct future_machine *machine)
{
	struct future_log *log = &machine->log;
	struct future_context *context;

	lockdep_assert_held(&machine->lock);
	if (!log->news)
		return;
	log->news = false;
	list_for_each_entry(context, &log->readers, log_link)
		wake_up_all(&context->wait);
}

static u32 make_line(u64 *words, u32 level, const char *text, u32 bytes)
{
	const struct control_log_request body = {
		.level = level,
		.text = text,
		.text_bytes = min_t(u32, bytes, CONTROL_LOG_BYTES),
	};
	u32 size = control_log_encode(words, &body);

	words[0] = wire_publish_word(size, CONTROL_LOG_TYPE, WIRE_FLAG_ONEWAY);
	words[1] = 0;
	return size;
}

/* The kernel's last words reach log readers like any other line. */
void future_log_panic(struct future_machine *machine)
{
	const struct future_native_panic *panic = &machine->boot->panic;
	static u64 words[CONTROL_LOG_WORDS];
	u32 bytes = min_t(u32, READ_ONCE(panic->bytes), FUTURE_NATIVE_TEXT_BYTES);
	u32 start = 0, end;

	lockdep_assert_held(&machine->lock);
	for (; start < bytes; start = end + 1) {
		for (end = start; end < bytes && panic->text[end] != '\n'; end++)
			;
		future_log_keep(machine, words,
				make_line(words, CONTROL_LOG_ERROR, panic->text + start, end - start));
	}
	future_log_tell(machine);
}

static bool is_for(const struct future_log_message *message, const struct future_context *context)
{
	return context->log || (message->generation == context->generation && message->number == context->number);
}

bool future_log_pending(struct future_context *context, u64 *arrival)
{
	const struct future_log *log = &context->machine->log;

	lockdep_assert_held(&context->machine->lock);
	if (context->log_next < oldest(log)) {
		if (context->log)
			context->log_lost += oldest(log) - context->log_next;
		context->log_next = oldest(log);
	}
	if (context->log_next > log->written)
		context->log_next = log->written;
	for (; context->log_next < log->written; context->log_next++) {
		const struct future_log_message *message = &log->history[context->log_next % PLACES];

		if (!is_for(message, context))
			continue;
		*arrival = message->arrival;
		return true;
	}
	return false;
}

/* After future_log_pending said yes. */
ssize_t future_log_next(struct future_context *context, u64 *buffer, size_t bytes)
{
	const struct future_log *log = &context->machine->log;
	const struct future_log_message *message = &log->history[context->log_next % PLACES];

	lockdep_assert_held(&context->machine->lock);
	if (context->log_lost) {
		u64 words[CONTROL_LOG_WORDS];
		char text[48];
		u32 size;

		size = make_line(words, CONTROL_LOG_WARNING, text,
				 scnprintf(text, sizeof(text), "%llu log lines were lost", context->log_lost));
		if (bytes < size)
			return -EMSGSIZE;
		context->log_lost = 0;
		memcpy(buffer, words, size);
		return size;
	}
	if (bytes < message->bytes)
		return -EMSGSIZE;
	memcpy(buffer, message->words, message->bytes);
	context->log_next++;
	return message->bytes;
}

/* FUTURE_IOC_LOG: all of it, the history first. On a dead machine too: its last words are what is wanted then. */
long future_log_attend(struct future_context *context)
{
	struct future_machine *machine = context->machine;
	long result = -ENODEV;

	spin_lock_irq(&machine->lock);
	if (machine->state == FUTURE_MACHINE_DEAD && !context->gone && !context->attached) {
		context->attached = true;
		context->gone = FUTURE_GONE_DIED;
	}
	if (future_context_attach(context) || context->gone == FUTURE_GONE_DIED) {
		if (!context->log) {
			context->log = true;
			context->log_next = oldest(&machine->log);
			context->log_lost = 0;
			list_add_tail(&context->log_link, &machine->log.readers);
		}
		result = 0;
	}
	spin_unlock_irq(&machine->lock);
	return result;
}
