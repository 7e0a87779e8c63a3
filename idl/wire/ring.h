/* SPDX-License-Identifier: MIT */
/* Moving messages: send and receive on one ring, and asking for room. Safe against any contents of the shared memory. */
#ifndef FUTURE_WIRE_RING_H
#define FUTURE_WIRE_RING_H

#include "channel.h"

/*
 * Many producers, one consumer at a time. A producer builds its message locally, reserves lines last, copies, and
 * publishes by one exchange of word 0 (a full barrier: the look at the consumer's sleep word may follow at once).
 * The consumer copies messages out; it clears word 0 of every line that it gives back, then moves the head; a reserved
 * line therefore reads 0 until it is published. Why no message is torn and none is lost: docs/wire-protocol.md.
 *
 * A sender or receiver is private memory of its side. wire_sender may be shared by threads; wire_receiver needs a
 * lock (reply ring: the poller word; request ring: leadership).
 */
struct wire_sender {
	struct wire_ring_control *control;
	struct wire_line *lines;
	uint64_t *tail;        /* &control->tail.word, or private memory where the peer is not trusted */
	uint64_t head_seen;    /* an old value of the head; any thread may refresh it */
	uint64_t mask;
	bool alone;            /* no other thread ever sends on this ring: reserving needs no locked instruction */
};

struct wire_receiver {
	struct wire_ring_control *control;
	struct wire_line *lines;
	uint64_t head;         /* written under the lock; wire_pending reads it without */
	uint64_t head_published;
	uint64_t mask;
};

enum wire_status {
	WIRE_EMPTY = 0,      /* nothing published (receive) */
	WIRE_FULL = 0,       /* no room now (send) */
	WIRE_MALFORMED = -1, /* the publish word is impossible: the peer is broken or hostile, give up on the channel */
};

static inline struct wire_sender wire_sender_of(struct wire_ring_control *control, struct wire_line *lines,
						uint32_t ring_lines, uint64_t *tail)
{
	struct wire_sender sender = {control, lines, tail, 0, ring_lines - 1, false};
	return sender;
}

static inline struct wire_receiver wire_receiver_of(struct wire_ring_control *control, struct wire_line *lines,
						    uint32_t ring_lines)
{
	struct wire_receiver receiver = {control, lines, 0, 0, ring_lines - 1};
	return receiver;
}

/*
 * Room for `count` lines at `tail`? An old head only makes us ask again; a forged one can at worst let the peer lose
 * its own messages, since every index is masked. An old tail may lie behind the head: the difference is signed, so
 * that this is "room", which the compare-exchange of wire_send then refuses; "no room" would be a wake-up lost.
 *
 * head_seen hands what its refresher acquired from the consumer on to every thread that believes it, hence
 * store-release and load-acquire: the consumer's clearing of our lines comes before our writes to them.
 */
static inline bool wire_has_room(struct wire_sender *sender, uint64_t tail, uint32_t count)
{
	int64_t size = (int64_t)(sender->mask + 1);
	uint64_t head = wire_load(&sender->head_seen);

	if ((int64_t)(tail + count - head) <= size)
		return true;
	head = wire_load_ordered(&sender->control->head.word);
	wire_store(&sender->head_seen, head);
	return (int64_t)(tail + count - head) <= size;
}

static inline bool wire_reserve(struct wire_sender *sender, uint64_t tail, uint32_t count)
{
	if (!sender->alone)
		return wire_compare_exchange(sender->tail, tail, tail + count);
	wire_store(sender->tail, tail + count);
	return true;
}

/*
 * Sends a whole message: message[0] is its publish word, and every line of it is readable (padded with zeros).
 * Returns the number of lines sent, or WIRE_FULL with nothing changed, or WIRE_MALFORMED with nothing changed when
 * the size in message[0] is impossible (a bug of ours: it would overwrite other messages). Never blocks.
 */
static inline int wire_send(struct wire_sender *sender, const uint64_t *message)
{
	uint32_t count = wire_lines(wire_size(message[0]));
	uint64_t tail, word;

	if (!wire_size_valid(wire_size(message[0])))
		return WIRE_MALFORMED;
	do {
		tail = wire_load(sender->tail);
		if (!wire_has_room(sender, tail, count))
			return WIRE_FULL;
	} while (!wire_reserve(sender, tail, count));

	for (word = 1; word < (uint64_t)count * WIRE_LINE_WORDS; word++)
		wire_write(&sender->lines[(tail + word / WIRE_LINE_WORDS) & sender->mask].word[word % WIRE_LINE_WORDS],
			   message[word]);
	wire_exchange(&sender->lines[tail & sender->mask].word[0], message[0]);
	return (int)count;
}

/* A hint before wire_send: the line that it will write first is fetched while the message is being made. */
static inline void wire_expect_send(const struct wire_sender *sender)
{
	wire_prefetch_to_write(&sender->lines[wire_load(sender->tail) & sender->mask]);
}

/*
 * True: a message is published at the head. The second look of a sleep protocol. Needs no lock: a head that another
 * consumer moves meanwhile is that consumer's to look at.
 */
static inline bool wire_pending(const struct wire_receiver *receiver)
{
	uint64_t head = wire_load_ordered(&receiver->head);

	return wire_load_ordered(&receiver->lines[head & receiver->mask].word[0]) != 0;
}

/*
 * Gives all received lines back to the producers, cleared. True: a producer wanted room and must be rung (said once).
 * The clearing waits until here because the line is the peer's in cache: stored to at once, it would stand before the
 * consumer's next locked instruction, which is the publication of its answer.
 */
static inline bool wire_publish_head(struct wire_receiver *receiver)
{
	if (receiver->head != receiver->head_published) {
		uint64_t line;

		for (line = receiver->head_published; line != receiver->head; line++)
			wire_write(&receiver->lines[line & receiver->mask].word[0], 0);
		wire_exchange(&receiver->control->head.word, receiver->head);
		receiver->head_published = receiver->head;
	}
	return wire_load32_ordered(&receiver->control->room.word) && wire_exchange32(&receiver->control->room.word, 0);
}

/*
 * True: enough was released that producers may wait for it. The consumer asks after every message that it received,
 * and then calls wire_publish_head: a producer that found the ring full waits for more lines than this threshold.
 */
static inline bool wire_head_is_stale(const struct wire_receiver *receiver)
{
	return receiver->head - receiver->head_published > receiver->mask / 4;
}

/*
 * Copies the next message out, once, into message[WIRE_MESSAGE_MAX / 8]. Its lines stay the consumer's until it
 * publishes the head. Returns its number of lines, WIRE_EMPTY, or WIRE_MALFORMED. Only size is checked here: type, flags, ltn and body
 * are the caller's to validate, on the copy.
 */
static inline int wire_receive(struct wire_receiver *receiver, uint64_t *message)
{
	uint64_t word0 = wire_load(&receiver->lines[receiver->head & receiver->mask].word[0]);
	uint32_t count, line, word;

	if (word0 == 0)
		return WIRE_EMPTY;
	if (!wire_size_valid(wire_size(word0)))
		return WIRE_MALFORMED;
	count = wire_lines(wire_size(word0));
	for (line = 0; line < count; line++) {
		struct wire_line *from = &receiver->lines[(receiver->head + line) & receiver->mask];

		for (word = 0; word < WIRE_LINE_WORDS; word++)
			message[line * WIRE_LINE_WORDS + word] = wire_read(&from->word[word]);
	}
	message[0] = word0;
	wire_store(&receiver->head, receiver->head + count);
	return (int)count;
}

/*
 * A producer that found the ring full says so, then looks again; true: there may be room for `count` lines now, so try
 * again. False: the consumer will ring when it has moved the head. A core declares itself a sleeper first
 * (wire_declare_sleeper): the consumer takes the wish and rings those who sleep then.
 */
static inline bool wire_want_room(struct wire_sender *sender, uint32_t count)
{
	wire_exchange32(&sender->control->room.word, 1);
	return wire_has_room(sender, wire_load(sender->tail), count);
}

#endif
