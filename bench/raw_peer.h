/* SPDX-License-Identifier: MIT */
/* Where a bare ping-pong between Linux and a program takes place. */
#ifndef BENCH_RAW_PEER_H
#define BENCH_RAW_PEER_H

#include "idl/wire/channel.h"

enum { RAW_STOP = 0xffffffff };

/* Doorbell words are the hosted machine's, and of cores that the program does not have. */
static inline uint32_t *raw_ping(struct wire_channel *channel) { return &channel->doorbell[WIRE_MAX_CORES - 2].word; }
static inline uint32_t *raw_pong(struct wire_channel *channel) { return &channel->doorbell[WIRE_MAX_CORES - 1].word; }

#endif
