/* SPDX-License-Identifier: MIT */
/* The channel: what lies where in the shared memory of one process pair. Layout only; ring.h moves messages. */
#ifndef FUTURE_WIRE_CHANNEL_H
#define FUTURE_WIRE_CHANNEL_H

#include "barrier.h"
#include "message.h"

/*
 * A channel is a full-duplex pair of FIFO rings: requests (Future → Linux) and replies (Linux → Future). Whoever
 * creates the channel zeroes it, fills the header and tells both sides sizes and limits by another way; neither side
 * ever believes the header, which the program can overwrite. Every index is masked before use.
 *
 * Words that different cores write have lines of their own. Positions are free-running counts of lines.
 */
enum {
	WIRE_CHANNEL_MAGIC = 0x48435546, /* "FUCH" */
	WIRE_CHANNEL_VERSION = 1,
	WIRE_MAX_CORES = 64,
	WIRE_RING_LINES_DEFAULT = 1024,
	WIRE_RING_LINES_MIN = 4 * WIRE_MESSAGE_MAX_LINES,
};

struct wire_channel_header {
	uint32_t magic;
	uint16_t version;
	uint16_t lanes;       /* ring pairs; 1 today */
	uint32_t ring_lines;  /* lines of each ring, a power of two >= WIRE_RING_LINES_MIN */
	uint32_t max_calls;   /* ltns are below this; one call in flight for each ltn */
	uint32_t cores;
	uint32_t features;    /* 0 */
	uint64_t reserved[5];
} WIRE_ALIGNED(WIRE_LINE_BYTES);

struct wire_word_line {
	uint64_t word;
	uint64_t reserved[7];
} WIRE_ALIGNED(WIRE_LINE_BYTES);

struct wire_word32_line {
	uint32_t word;
	uint32_t reserved[15];
} WIRE_ALIGNED(WIRE_LINE_BYTES);

/* What the program says of its threads: for people (ps, top, --stats, what `run` says at the end). Nothing on Linux's side depends on it. */
struct wire_program_line {
	uint64_t threads;       /* alive in the low WIRE_THREADS_ALIVE_BITS; above them: created, the first one not counted */
	uint64_t threads_peak;  /* most alive at once */
	uint64_t limits_hit;    /* enum wire_limit: what it was refused because it had all of it */
	uint64_t reserved[5];
} WIRE_ALIGNED(WIRE_LINE_BYTES);

enum { WIRE_THREADS_ALIVE_BITS = 24 };
enum wire_limit { WIRE_LIMIT_THREADS = 1, WIRE_LIMIT_MEMORY = 2 };

struct wire_ring_control {
	struct wire_word_line tail;        /* reserved up to here; producers. (The proxy keeps its own, privately.) */
	struct wire_word_line head;        /* consumed up to here; published lazily by the consumer */
	struct wire_word32_line room;      /* 1: a producer wants to be rung when the head moves */
	struct wire_word32_line sleep;     /* request ring: 1 while nobody on Linux's side attends the ring */
};

struct wire_channel {
	struct wire_channel_header header;
	struct wire_ring_control request;
	struct wire_ring_control reply;
	struct wire_word32_line poller;    /* reply ring: 1 while a core is its consumer (a lock) */
	struct wire_word_line sleepers;    /* reply ring: bit n: core n sleeps or is about to; who clears it rings core n */
	struct wire_word32_line doorbell[WIRE_MAX_CORES]; /* hosted: word n = 1 while core n is rung (a futex) */
	struct wire_program_line program;
};

enum { WIRE_RINGS_OFFSET = 8192 };
WIRE_ASSERT(sizeof(struct wire_channel) <= WIRE_RINGS_OFFSET);
WIRE_ASSERT(sizeof(struct wire_channel_header) == WIRE_LINE_BYTES);
WIRE_ASSERT(offsetof(struct wire_channel, request) == 64);
WIRE_ASSERT(offsetof(struct wire_channel, reply) == 320);
WIRE_ASSERT(offsetof(struct wire_channel, poller) == 576);
WIRE_ASSERT(offsetof(struct wire_channel, sleepers) == 640);
WIRE_ASSERT(offsetof(struct wire_channel, doorbell) == 704);
WIRE_ASSERT(offsetof(struct wire_channel, program) == 4800);

static inline uint64_t wire_channel_bytes(uint32_t ring_lines)
{
	return WIRE_RINGS_OFFSET + 2ull * ring_lines * WIRE_LINE_BYTES;
}
static inline struct wire_line *wire_request_lines(struct wire_channel *channel)
{
	return (struct wire_line *)(void *)((char *)channel + WIRE_RINGS_OFFSET);
}
static inline struct wire_line *wire_reply_lines(struct wire_channel *channel, uint32_t ring_lines)
{
	return wire_request_lines(channel) + ring_lines;
}

static inline uint32_t wire_threads_alive(uint64_t threads)
{
	return (uint32_t)threads & ((1u << WIRE_THREADS_ALIVE_BITS) - 1);
}
static inline uint64_t wire_threads_created(uint64_t threads)
{
	return threads >> WIRE_THREADS_ALIVE_BITS;
}

/* Fills the header of a zeroed channel. */
static inline void wire_channel_init(struct wire_channel *channel, uint32_t ring_lines, uint32_t max_calls,
				     uint32_t cores)
{
	channel->header.magic = WIRE_CHANNEL_MAGIC;
	channel->header.version = WIRE_CHANNEL_VERSION;
	channel->header.lanes = 1;
	channel->header.ring_lines = ring_lines;
	channel->header.max_calls = max_calls;
	channel->header.cores = cores;
	/* Until the proxy attends, every request must ring. */
	wire_store32(&channel->request.sleep.word, 1);
}

#endif
