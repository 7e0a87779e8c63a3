/* SPDX-License-Identifier: MIT */
/* Who sleeps, who is woken: declare, fence, look again, sleep | publish, fence, ring only a declared sleeper. */
#ifndef FUTURE_WIRE_SLEEP_H
#define FUTURE_WIRE_SLEEP_H

#include "ring.h"

/* ---- request ring: consumer on Linux's side (one leader), producers are the process's cores ---- */

/*
 * The leader is about to sleep, or to make a call that may block: nobody attends the ring from here on. False: a
 * message is pending after all; the declaration is withdrawn unless a producer has already taken it as its reason to
 * ring (then a doorbell comes that finds nothing to do: doorbells are hints).
 */
static inline bool wire_leave_requests(struct wire_receiver *receiver)
{
	wire_exchange32(&receiver->control->sleep.word, 1);
	if (!wire_pending(receiver))
		return true;
	wire_exchange32(&receiver->control->sleep.word, 0);
	return false;
}

/* The leader is back. */
static inline void wire_attend_requests(struct wire_ring_control *control)
{
	wire_exchange32(&control->sleep.word, 0);
}

/* After wire_send on the request ring. True: ring Linux's doorbell; only one producer is told so. */
static inline bool wire_must_ring_linux(struct wire_ring_control *control)
{
	return wire_load32_ordered(&control->sleep.word) && wire_exchange32(&control->sleep.word, 0);
}

/* ---- reply ring: consumers are the process's cores, one at a time; the producer is the proxy ---- */

/* True: this core is now the consumer of the reply ring. */
static inline bool wire_poll_begin(struct wire_channel *channel)
{
	return wire_load32(&channel->poller.word) == 0 && wire_exchange32(&channel->poller.word, 1) == 0;
}

/*
 * This core stops being the consumer. It must look again afterwards (wire_pending, then wire_poll_begin): the proxy
 * rings nobody while it sees a poller.
 */
static inline void wire_poll_end(struct wire_channel *channel) { wire_exchange32(&channel->poller.word, 0); }

/*
 * Core `core` is about to sleep; it looks at everything again before it does: its queues, the reply ring
 * (wire_pending, then wire_poll_begin), and, if a thread of the process waits for room, wire_want_room.
 */
static inline void wire_declare_sleeper(struct wire_channel *channel, uint32_t core)
{
	wire_or(&channel->sleepers.word, 1ull << core);
}

/* Core `core` is awake. False: somebody claimed it meanwhile, and its doorbell rings or will ring once. */
static inline bool wire_withdraw_sleeper(struct wire_channel *channel, uint32_t core)
{
	uint64_t bit = 1ull << core;

	return wire_and(&channel->sleepers.word, ~bit) & bit;
}

/* A bit for each of `cores` cores. */
static inline uint64_t wire_cores_mask(uint32_t cores) { return cores >= 64 ? ~0ull : (1ull << cores) - 1; }

/*
 * Claims a sleeping core, to be rung by the caller: its number, or -1 when none sleeps. `cores` bounds the answer.
 * A claim that fails met a core that just woke and will look again, so a bounded number of tries loses nothing; an
 * unbounded one would let a program that flickers its bits hold the proxy.
 */
static inline int wire_claim_sleeper(struct wire_channel *channel, uint32_t cores)
{
	uint64_t valid = wire_cores_mask(cores);
	int tries;

	for (tries = 0; tries < WIRE_MAX_CORES; tries++) {
		uint64_t sleepers = wire_load_ordered(&channel->sleepers.word) & valid;
		uint64_t lowest = sleepers & -sleepers;

		if (!sleepers)
			return -1;
		if (wire_and(&channel->sleepers.word, ~lowest) & lowest)
			return __builtin_ctzll(lowest);
	}
	return -1;
}

/*
 * Claims every sleeping core, to be rung by the caller: a bit for each. For wire_publish_head on the request ring:
 * several cores may wait for room behind the one room word, and whoever polls replies does not look for room.
 */
static inline uint64_t wire_claim_sleepers(struct wire_channel *channel, uint32_t cores)
{
	if (wire_load_ordered(&channel->sleepers.word) == 0)
		return 0;
	return wire_exchange(&channel->sleepers.word, 0) & wire_cores_mask(cores);
}

/* After wire_send on the reply ring: the core to ring, or -1 (a poller will find the reply, or nobody sleeps). */
static inline int wire_core_to_ring(struct wire_channel *channel, uint32_t cores)
{
	if (wire_load_ordered(&channel->sleepers.word) == 0 || wire_load32_ordered(&channel->poller.word) != 0)
		return -1;
	return wire_claim_sleeper(channel, cores);
}

#endif
