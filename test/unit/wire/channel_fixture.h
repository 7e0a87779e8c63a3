// SPDX-License-Identifier: MIT
// A channel in ordinary memory between two guard areas, and messages that say whose they are.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "idl/wire/sleep.h"

namespace wire_test {

constexpr uint64_t guard_word = 0xa5a5a5a5a5a5a5a5;
constexpr uint64_t guard_bytes = 64 * WIRE_LINE_BYTES;

class Channel {
public:
    explicit Channel(uint32_t ring_lines, uint32_t cores = 4)
        : ring_lines_(ring_lines), bytes_(wire_channel_bytes(ring_lines)),
          memory_(static_cast<char*>(std::aligned_alloc(4096, round_up(bytes_ + 2 * guard_bytes)))) {
        auto* words = reinterpret_cast<uint64_t*>(memory_);
        for (uint64_t i = 0; i < (bytes_ + 2 * guard_bytes) / 8; i++) words[i] = guard_word;
        std::memset(memory_ + guard_bytes, 0, bytes_);
        wire_channel_init(get(), ring_lines, 16, cores);
    }
    ~Channel() { std::free(memory_); }
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    wire_channel* get() { return reinterpret_cast<wire_channel*>(memory_ + guard_bytes); }
    wire_channel* operator->() { return get(); }
    uint32_t ring_lines() const { return ring_lines_; }
    uint64_t bytes() const { return bytes_; }

    wire_sender request_sender(uint64_t* tail = nullptr) {
        return wire_sender_of(&get()->request, wire_request_lines(get()), ring_lines_,
                              tail ? tail : &get()->request.tail.word);
    }
    wire_receiver request_receiver() {
        return wire_receiver_of(&get()->request, wire_request_lines(get()), ring_lines_);
    }
    wire_sender reply_sender(uint64_t* tail) {
        return wire_sender_of(&get()->reply, wire_reply_lines(get(), ring_lines_), ring_lines_, tail);
    }
    wire_receiver reply_receiver() {
        return wire_receiver_of(&get()->reply, wire_reply_lines(get(), ring_lines_), ring_lines_);
    }

    bool guards_intact() const {
        const auto* words = reinterpret_cast<const uint64_t*>(memory_);
        for (uint64_t i = 0; i < guard_bytes / 8; i++)
            if (words[i] != guard_word || words[(guard_bytes + bytes_) / 8 + i] != guard_word) return false;
        return true;
    }
    std::vector<char> copy() const { return {memory_ + guard_bytes, memory_ + guard_bytes + bytes_}; }

private:
    static uint64_t round_up(uint64_t bytes) { return (bytes + 4095) & ~4095ull; }

    uint32_t ring_lines_;
    uint64_t bytes_;
    char* memory_;
};

struct Message {
    alignas(64) uint64_t word[WIRE_MESSAGE_MAX / 8] = {};
};

// Every word depends on who sent it, when, and where it stands; zeros behind size. Words that open a line are never 0.
inline void fill(Message& message, uint32_t size, uint32_t ltn, uint32_t sequence) {
    message.word[0] = wire_publish_word(size, wire_type(3, 7), 0);
    message.word[1] = wire_who_word(ltn, sequence);
    uint64_t mix = message.word[1] * 0x9e3779b97f4a7c15 + size;
    for (uint32_t i = 2; i < size / 8; i++) message.word[i] = (mix ^= mix << 13, mix ^= mix >> 7, mix ^= mix << 17) | 1;
    for (uint32_t i = size / 8; i < wire_lines(size) * WIRE_LINE_WORDS; i++) message.word[i] = 0;
}

// Is this exactly what fill made for its own size, ltn and sequence?
inline bool intact(const Message& message) {
    Message expected;
    const uint32_t size = wire_size(message.word[0]);
    if (!wire_size_valid(size)) return false;
    fill(expected, size, wire_ltn(message.word[1]), wire_sequence(message.word[1]));
    return std::memcmp(expected.word, message.word, wire_lines(size) * WIRE_LINE_BYTES) == 0;
}

// xorshift; every thread its own.
struct Random {
    uint64_t state;
    uint64_t next() { return state ^= state << 13, state ^= state >> 7, state ^= state << 17; }
    uint64_t below(uint64_t bound) { return next() % bound; }
};

}  // namespace wire_test
