/* SPDX-License-Identifier: MIT */
/* The far side of bare doorbells: asleep in the kernel until it is rung, and rings back. */
#include "futurek/abi/start_block.h"
#include "idl/wire/barrier.h"
#include "idl/wire/note.h"
#include "raw_peer.h"

RAW_PEER_NOTE;

void _start(const struct future_start_block *block)
{
	struct wire_channel *channel = (void *)block->channel_base;
	uint32_t seen, answered = 0;

	while ((seen = wire_load32(raw_ping(channel))) != RAW_STOP) {
		if (seen == answered) {
			block->entry->call[FUTURE_SYS_SLEEP](~0ul, 0, 0);
			continue;
		}
		wire_exchange32(raw_pong(channel), answered = seen);
		block->entry->call[FUTURE_SYS_RING](0, 0, 0);
	}
	block->entry->call[FUTURE_SYS_EXIT](0, 0, 0);
}
