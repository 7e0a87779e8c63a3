// SPDX-License-Identifier: MIT
// The messages of channel 0 as plain values: the generated control_wire.h, with a header around each body.
#pragma once

#include <stdint.h>

#include "control_wire.h"

namespace futurek {

// A message with room for the largest; lines beyond its size are never sent.
struct alignas(64) Message {
    uint64_t word[WIRE_MESSAGE_MAX / 8];

    uint32_t ltn() const { return wire_ltn(word[1]); }
    uint32_t sequence() const { return wire_sequence(word[1]); }
    uint16_t type() const { return wire_message_type(word[0]); }
    uint16_t flags() const { return wire_flags(word[0]); }
    uint64_t* body() { return word + WIRE_HEADER_WORDS; }
    const uint64_t* body() const { return word + WIRE_HEADER_WORDS; }
    uint32_t body_words() const { return wire_size(word[0]) / 8 - WIRE_HEADER_WORDS; }

    void set_header(uint32_t size, uint16_t type, uint16_t flags, uint32_t ltn, uint32_t sequence) {
        word[0] = wire_publish_word(size, type, flags);
        word[1] = wire_who_word(ltn, sequence);
    }
};

// A context of the device, as its requests name it. Sequences of contexts begin at 1: 0 is nobody.
struct Owner {
    uint32_t ltn = 0, sequence = 0;
};

// A body of its own type: requests by their `ltn` (whom to answer; the device's number of a context) and `sequence`,
// notices by those of the process's owner. decode is false for a body that no honest sender writes.
template <class Body>
struct ControlCall;

#define FUTUREK_CONTROL_CALL(name, NAME)                                                        \
    template <>                                                                                 \
    struct ControlCall<control_##name##_request> {                                              \
        static constexpr uint16_t type = CONTROL_##NAME##_TYPE;                                 \
        static uint32_t encode(uint64_t* message, const control_##name##_request& body) {       \
            return control_##name##_encode(message, &body);                                     \
        }                                                                                       \
        static int decode(const uint64_t* body, uint32_t words, control_##name##_request& to) { \
            return control_##name##_decode(body, words, &to);                                   \
        }                                                                                       \
    };
FUTUREK_CONTROL_CALL(boot_complete, BOOT_COMPLETE)
FUTUREK_CONTROL_CALL(create, CREATE)
FUTUREK_CONTROL_CALL(run, RUN)
FUTUREK_CONTROL_CALL(exit_notice, EXIT_NOTICE)
FUTUREK_CONTROL_CALL(exit_confirm, EXIT_CONFIRM)
FUTUREK_CONTROL_CALL(kill, KILL)
FUTUREK_CONTROL_CALL(exception, EXCEPTION)
FUTUREK_CONTROL_CALL(core_stopped, CORE_STOPPED)
FUTUREK_CONTROL_CALL(log, LOG)
#undef FUTUREK_CONTROL_CALL

template <class Body>
void encode_request(Message& message, const Body& body, uint32_t ltn, uint32_t sequence) {
    uint32_t size = ControlCall<Body>::encode(message.word, body);
    message.set_header(size, ControlCall<Body>::type, 0, ltn, sequence);
}
// For the context that created the process, as far as there is one: a device finds it without reading the body.
template <class Body>
void encode_notice(Message& message, const Body& body, const Owner& owner = {}) {
    uint32_t size = ControlCall<Body>::encode(message.word, body);
    message.set_header(size, ControlCall<Body>::type, WIRE_FLAG_ONEWAY, owner.ltn, owner.sequence);
}
template <class Body>
[[nodiscard]] bool decode(const Message& message, Body& body) {
    return ControlCall<Body>::decode(message.body(), message.body_words(), body) == WIRE_BODY_GOOD;
}

// A reply is one line; its body is struct wire_reply.
inline void encode_reply(Message& message, const Message& request, const wire_reply& reply) {
    constexpr uint32_t size = (WIRE_HEADER_WORDS + 1 + WIRE_REPLY_DATA_WORDS) * 8;
    static_assert(size <= WIRE_LINE_BYTES);
    message.set_header(size, request.type(), WIRE_FLAG_REPLY, request.ltn(), request.sequence());
    message.body()[0] = wire_root_pointer(WIRE_REPLY_DATA_WORDS, 0);
    __builtin_memcpy(message.body() + 1, &reply, sizeof reply);
}
[[nodiscard]] inline bool decode_reply(const Message& message, wire_reply& reply) {
    if (message.body_words() < 1 + WIRE_REPLY_DATA_WORDS) return false;
    __builtin_memcpy(&reply, message.body() + 1, sizeof reply);
    return true;
}

}  // namespace futurek
