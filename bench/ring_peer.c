/* SPDX-License-Identifier: MIT */
/* The far side of a bare ring: the wire's own send and receive, and between them nothing that a call needs besides. */
#include "futurek/abi/start_block.h"
#include "idl/wire/note.h"
#include "idl/wire/ring.h"
#include "raw_peer.h"

RAW_PEER_NOTE;

void _start(const struct future_start_block *block)
{
	struct wire_channel *channel = (void *)block->channel_base;
	struct wire_line *requests = wire_request_lines(channel), *replies = wire_reply_lines(channel, block->ring_lines);
	struct wire_receiver receiver = wire_receiver_of(&channel->request, requests, block->ring_lines);
	struct wire_sender sender = wire_sender_of(&channel->reply, replies, block->ring_lines, &channel->reply.tail.word);
	uint64_t message[WIRE_MESSAGE_MAX / 8];

	for (;;) {
		if (wire_receive(&receiver, message) <= 0) {
			wire_pause();
			continue;
		}
		if (wire_message_type(message[0]) == RAW_RING_STOP)
			break;
		message[0] = wire_publish_word(WIRE_LINE_BYTES, 0, WIRE_FLAG_REPLY);
		wire_send(&sender, message);
		if (wire_head_is_stale(&receiver))
			wire_publish_head(&receiver);
	}
	block->entry->call[FUTURE_SYS_EXIT](0, 0, 0);
}
