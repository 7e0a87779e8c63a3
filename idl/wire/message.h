/* SPDX-License-Identifier: MIT */
/* The message: whole 64-byte lines, a two-word header, a Cap'n Proto body (paper: "Messages and buffers", widened). */
#ifndef FUTURE_WIRE_MESSAGE_H
#define FUTURE_WIRE_MESSAGE_H

#include "types.h"

/*
 * word 0  the publish word: bytes 0-3 size, 4-5 message_type, 6-7 flags. Never 0 in a published message.
 * word 1  bytes 0-3 ltn (logical thread number: who asked, hence who gets the answer), 4-7 sequence.
 * word 2… the body: one Cap'n Proto segment without framing, its root pointer first.
 *
 * size counts header and body in bytes, is a multiple of 8, at least WIRE_MESSAGE_MIN, at most WIRE_MESSAGE_MAX.
 * A message occupies ceil(size / 64) consecutive lines (consecutive modulo the ring); bytes beyond size are 0.
 * A request with WIRE_FLAG_REPLY, an unknown flag, or a reply that does not fit its call is malformed.
 */
enum {
	WIRE_LINE_BYTES = 64,
	WIRE_LINE_WORDS = 8,
	WIRE_HEADER_WORDS = 2,
	WIRE_FIRST_BODY_WORDS = WIRE_LINE_WORDS - WIRE_HEADER_WORDS,
	WIRE_MESSAGE_MIN = 24,   /* header and root pointer */
	WIRE_MESSAGE_MAX = 4096,
	WIRE_MESSAGE_MAX_LINES = WIRE_MESSAGE_MAX / WIRE_LINE_BYTES,
	WIRE_BODY_MAX_WORDS = WIRE_MESSAGE_MAX / 8 - WIRE_HEADER_WORDS,
};

enum wire_flag {
	WIRE_FLAG_REPLY = 1 << 0,   /* answers the request with the same ltn and sequence */
	WIRE_FLAG_ONEWAY = 1 << 1,  /* nobody waits; no reply is sent */
};

struct wire_line {
	uint64_t word[WIRE_LINE_WORDS];
} WIRE_ALIGNED(WIRE_LINE_BYTES);
WIRE_ASSERT(sizeof(struct wire_line) == WIRE_LINE_BYTES);

/* message_type = slot << 8 | call: which interface, which of its calls. */
static inline uint16_t wire_type(uint8_t slot, uint8_t call) { return (uint16_t)(slot << 8 | call); }

static inline uint64_t wire_publish_word(uint32_t size, uint16_t type, uint16_t flags)
{
	return size | (uint64_t)type << 32 | (uint64_t)flags << 48;
}
static inline uint64_t wire_who_word(uint32_t ltn, uint32_t sequence) { return ltn | (uint64_t)sequence << 32; }

static inline uint32_t wire_size(uint64_t word0) { return (uint32_t)word0; }
static inline uint16_t wire_message_type(uint64_t word0) { return (uint16_t)(word0 >> 32); }
static inline uint16_t wire_flags(uint64_t word0) { return (uint16_t)(word0 >> 48); }
static inline uint32_t wire_ltn(uint64_t word1) { return (uint32_t)word1; }
static inline uint32_t wire_sequence(uint64_t word1) { return (uint32_t)(word1 >> 32); }

static inline bool wire_size_valid(uint32_t size)
{
	return size >= WIRE_MESSAGE_MIN && size <= WIRE_MESSAGE_MAX && size % 8 == 0;
}
static inline uint32_t wire_lines(uint32_t size) { return (size + WIRE_LINE_BYTES - 1) / WIRE_LINE_BYTES; }

/* Root pointer of a segment whose root struct follows at once: Cap'n Proto encoding spec, "Structs". */
static inline uint64_t wire_root_pointer(uint16_t data_words, uint16_t pointer_words)
{
	return (uint64_t)data_words << 32 | (uint64_t)pointer_words << 48;
}

/*
 * A reply is always exactly one line. Its body is the Cap'n Proto struct
 *   struct Reply { result @0 :Int64; error @1 :Int32; more0 @2 :UInt64; more1 @3 :UInt64; more2 @4 :UInt64; }
 * error is 0 or a Linux errno; result is then what the call returned.
 */
enum { WIRE_REPLY_DATA_WORDS = 5, WIRE_REPLY_MORE = 3 };

struct wire_reply {
	int64_t result;
	int32_t error;
	uint32_t zero;
	uint64_t more[WIRE_REPLY_MORE];
};
WIRE_ASSERT(sizeof(struct wire_reply) == 8 * WIRE_REPLY_DATA_WORDS);

#endif
