/* SPDX-License-Identifier: MIT */
/* For programs without a C library, which see what the machine itself gives and takes: one of them includes this once. */
#ifndef GUEST_BARE_H
#define GUEST_BARE_H

#include "futurek/abi/start_block.h"
#include "idl/wire/note.h"
#include "idl/wire/sleep.h"

enum { NOP = 0x100, READ = 0x203, WRITE = 0x204 };

__attribute__((section(".note.future"), used, aligned(4))) static const struct {
	uint32_t name_bytes, bytes, type;
	char name[8];
	struct future_program_note program;
} note = {7, sizeof(struct future_program_note), FUTURE_NOTE_PROGRAM, FUTURE_NOTE_OWNER, {FUTURE_ABI_VERSION, 0}};

static struct future_start_block *start;
static struct wire_channel *channel;
static struct wire_sender requests;
static struct wire_receiver replies;

static inline long kernel(enum future_syscall number, uint64_t a, uint64_t b, uint64_t c)
{
	return start->entry->call[number](a, b, c);
}

static inline void begin(struct future_start_block *block)
{
	start = block;
	channel = (void *)block->channel_base;
	requests = wire_sender_of(&channel->request, wire_request_lines(channel), block->ring_lines,
				  &channel->request.tail.word);
	replies = wire_receiver_of(&channel->reply, wire_reply_lines(channel, block->ring_lines), block->ring_lines);
}

static inline void ask(uint16_t type, uint64_t a, uint64_t b, uint64_t c)
{
	uint16_t words = type == NOP ? 1 : 3;
	uint64_t request[WIRE_LINE_WORDS] = {wire_publish_word(24 + 8 * words, type, 0), wire_who_word(0, 1),
					     wire_root_pointer(words, 0), a, b, c};

	while (wire_send(&requests, request) <= 0)
		wire_pause();
	if (wire_must_ring_linux(&channel->request))
		kernel(FUTURE_SYS_RING, 0, 0, 0);
}

static inline long answer(void)
{
	uint64_t reply[WIRE_MESSAGE_MAX / 8];

	while (!wire_receive(&replies, reply)) {
		wire_declare_sleeper(channel, 0);
		if (!wire_pending(&replies))
			kernel(FUTURE_SYS_SLEEP, ~0ul, 0, 0);
		wire_withdraw_sleeper(channel, 0);
	}
	if (wire_head_is_stale(&replies))
		wire_publish_head(&replies);
	return (long)reply[3];
}

static inline long call(uint16_t type, uint64_t a, uint64_t b, uint64_t c)
{
	ask(type, a, b, c);
	return answer();
}

static inline void say(const char *text)
{
	uint64_t bytes = 0;

	while (text[bytes])
		bytes++;
	call(WRITE, 1, (uint64_t)text, bytes);
}

static inline void say_number(uint64_t number)
{
	char text[24], *at = text + sizeof(text) - 1;

	*at = 0;
	do
		*--at = (char)('0' + number % 10);
	while (number /= 10);
	say(at);
}

static inline bool same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

static inline _Noreturn void end(int status)
{
	kernel(FUTURE_SYS_EXIT, (uint64_t)status, 0, 0);
	__builtin_unreachable();
}

#endif
