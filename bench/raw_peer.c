/* SPDX-License-Identifier: MIT */
/* The far side of a bare ping-pong: no libc, no threads, two words of the channel that the native machine does not use. */
#include "futurek/abi/start_block.h"
#include "idl/wire/channel.h"
#include "idl/wire/note.h"
#include "raw_peer.h"

RAW_PEER_NOTE;

void _start(const struct future_start_block *block)
{
	struct wire_channel *channel = (void *)block->channel_base;
	uint32_t seen, answered = 0;

	while ((seen = wire_load32(raw_ping(channel))) != RAW_STOP) {
		if (seen != answered)
			wire_store32(raw_pong(channel), answered = seen);
		else
			wire_pause();
	}
	block->entry->call[FUTURE_SYS_EXIT](0, 0, 0);
}
