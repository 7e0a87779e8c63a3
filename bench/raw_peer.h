/* SPDX-License-Identifier: MIT */
/* What the bare peers on Future and their other side on Linux agree about. */
#ifndef BENCH_RAW_PEER_H
#define BENCH_RAW_PEER_H

#include "idl/wire/channel.h"

enum {
	RAW_STOP = 0xffffffff, /* raw_peer, bell_peer: in raw_ping */
	RAW_RING_STOP = 1,     /* ring_peer: a message's type */
};

/* raw_peer, bell_peer: two words of the channel. Doorbell words are the hosted machine's, and of cores that the program has not. */
static inline uint32_t *raw_ping(struct wire_channel *channel) { return &channel->doorbell[WIRE_MAX_CORES - 2].word; }
static inline uint32_t *raw_pong(struct wire_channel *channel) { return &channel->doorbell[WIRE_MAX_CORES - 1].word; }

/* The note of a program that has no crt0 (idl/wire/note.h). */
#define RAW_PEER_NOTE                                                                                        \
	__attribute__((section(".note.future"), used, aligned(4))) static const struct {                     \
		uint32_t name_bytes, bytes, type;                                                            \
		char name[8];                                                                                \
		struct future_program_note program;                                                          \
	} note = {7, sizeof(struct future_program_note), FUTURE_NOTE_PROGRAM, FUTURE_NOTE_OWNER, {FUTURE_ABI_VERSION, 0}}

#endif
