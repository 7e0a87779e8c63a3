/* SPDX-License-Identifier: MIT */
/* Reading a message body at fixed offsets: what the generated decoders share. Stricter than Cap'n Proto, never looser. */
#ifndef FUTURE_WIRE_BODY_H
#define FUTURE_WIRE_BODY_H

#include "message.h"

enum wire_body_status {
	WIRE_BODY_GOOD = 0,
	WIRE_BODY_NEWER = 1,      /* says something that this side does not know: answer E2BIG */
	WIRE_BODY_MALFORMED = -1, /* no honest stub writes this */
};

static inline uint32_t wire_body_data_words(const uint64_t *body) { return (uint16_t)(body[0] >> 32); }
static inline uint32_t wire_body_pointer_words(const uint64_t *body) { return (uint16_t)(body[0] >> 48); }

/*
 * Copies the root struct's data words to data[known]. `body` is a private copy of `words` words; `older` has bit n set
 * if a request of n < known words was once complete. Words that an older program does not send read as 0; words that a
 * newer one adds must be 0.
 */
static inline int wire_body_data(const uint64_t *body, uint32_t words, uint64_t *data, uint32_t known,
				 uint32_t known_pointers, uint64_t older)
{
	uint32_t count, pointers, word;

	if (words < 1 || (uint32_t)body[0] != 0)
		return WIRE_BODY_MALFORMED;
	count = wire_body_data_words(body);
	pointers = wire_body_pointer_words(body);
	if (1 + count + pointers > words)
		return WIRE_BODY_MALFORMED;
	if (count < known && (count >= 64 || !(older >> count & 1)))
		return WIRE_BODY_MALFORMED;
	for (word = 0; word < known; word++)
		data[word] = word < count ? body[1 + word] : 0;
	for (word = known; word < count; word++)
		if (body[1 + word])
			return WIRE_BODY_NEWER;
	for (word = known_pointers; word < pointers; word++)
		if (body[1 + count + word])
			return WIRE_BODY_NEWER;
	return WIRE_BODY_GOOD;
}

/*
 * The bytes behind pointer `index` of a body that wire_body_data accepted: a list of bytes at most `maximum` long;
 * a text's last byte must be NUL, and is not counted. A pointer that is null or not there is an empty list.
 */
static inline int wire_body_bytes(const uint64_t *body, uint32_t words, uint32_t index, bool text, uint32_t maximum,
				  const char **bytes, uint32_t *length)
{
	uint32_t at = 1 + wire_body_data_words(body) + index, count, offset;
	uint64_t pointer;

	*bytes = "";
	*length = 0;
	if (index >= wire_body_pointer_words(body) || body[at] == 0)
		return WIRE_BODY_GOOD;
	pointer = body[at];
	offset = (uint32_t)pointer >> 2;
	count = (uint32_t)(pointer >> 35);
	if ((pointer & 3) != 1 || (pointer >> 32 & 7) != 2 || offset > words - at - 1 ||
	    (count + 7) / 8 > words - at - 1 - offset)
		return WIRE_BODY_MALFORMED;
	*bytes = (const char *)(body + at + 1 + offset);
	if (text && (count == 0 || (*bytes)[count - 1] != 0))
		return WIRE_BODY_MALFORMED;
	*length = count - text;
	return *length <= maximum ? WIRE_BODY_GOOD : WIRE_BODY_NEWER;
}

/* Writes pointer word `at` and its bytes at the body's word `content`; returns the words that the bytes take. */
static inline uint32_t wire_body_put_bytes(uint64_t *body, uint32_t at, uint32_t content, const char *bytes,
					   uint32_t length, bool text)
{
	uint32_t count = length + text, i;
	char *to = (char *)(body + content);

	body[at] = 1 | (uint64_t)(content - at - 1) << 2 | (uint64_t)2 << 32 | (uint64_t)count << 35;
	for (i = 0; i < length; i++)
		to[i] = bytes[i];
	return (count + 7) / 8;
}

#endif
