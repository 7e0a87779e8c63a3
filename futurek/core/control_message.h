// SPDX-License-Identifier: MIT
// The messages of channel 0 as plain values. Stand-in until gen emits control_wire.h: body words in order of the fields.
#pragma once

#include <stdint.h>

#include "../../idl/wire/message.h"

namespace futurek {

// A message with room for the largest; lines beyond its size are never sent.
struct alignas(64) Message {
    uint64_t word[WIRE_MESSAGE_MAX / 8];

    uint32_t ltn() const { return wire_ltn(word[1]); }
    uint32_t sequence() const { return wire_sequence(word[1]); }
    uint16_t type() const { return wire_message_type(word[0]); }
    uint16_t flags() const { return wire_flags(word[0]); }
    uint64_t* body() { return word + WIRE_HEADER_WORDS + 1; }
    const uint64_t* body() const { return word + WIRE_HEADER_WORDS + 1; }
    uint32_t body_words() const { return wire_size(word[0]) / 8 - WIRE_HEADER_WORDS - 1; }
};

enum ControlType : uint16_t {
    control_boot_complete = 0, control_create = 1, control_run = 2, control_exit_notice = 3, control_exit_confirm = 4,
    control_kill = 5, control_exception = 6, control_log = 7,
};
enum ControlExitKind : uint32_t { exit_exited = 1, exit_signalled = 2, exit_killed = 3 };

struct BootCompleteBody { uint64_t abi_version, cores, memory_bytes; };
struct CreateBody { uint64_t pid, cores, memory_bytes, max_threads, flags, linux_pid; };
struct RunBody { uint64_t pid, entry, start_block, stack_top, reserved_bytes; };
struct ExitNoticeBody { uint64_t pid, kind; int64_t value; };
struct ExitConfirmBody { uint64_t pid; };
struct KillBody { uint64_t pid, signal; };
struct ExceptionBody { uint64_t pid, core, ltn, signal; int64_t code; uint64_t address; uint64_t registers[18]; };
struct ReplyBody { int64_t result; uint64_t error, extra[3]; };
inline constexpr unsigned control_log_bytes = 480;
struct LogBody { uint64_t level, bytes; char text[control_log_bytes]; };

// Zero-padded to whole lines.
template <class Body>
void encode(Message& message, uint16_t type, uint16_t flags, uint32_t ltn, uint32_t sequence, const Body& body) {
    uint32_t size = 24 + sizeof body, lines = wire_lines(size);
    for (unsigned word = 0; word < lines * WIRE_LINE_WORDS; word++) message.word[word] = 0;
    message.word[0] = wire_publish_word(size, type, flags);
    message.word[1] = wire_who_word(ltn, sequence);
    __builtin_memcpy(message.body(), &body, sizeof body);
}
// False: it is too short to hold one.
template <class Body>
[[nodiscard]] bool decode(const Message& message, Body& body) {
    if (message.body_words() * 8 < sizeof body) return false;
    __builtin_memcpy(&body, message.body(), sizeof body);
    return true;
}

}  // namespace futurek
