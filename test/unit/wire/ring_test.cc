// SPDX-License-Identifier: MIT
// Send and receive over all configurations: ring sizes, message sizes, every offset, counters near their wrap.
#include <doctest/doctest.h>

#include "channel_fixture.h"

using namespace wire_test;

namespace {

constexpr uint32_t ring_sizes[] = {256, 512, 1024};
constexpr uint32_t sizes[] = {24, 32, 56, 64, 72, 120, 128, 136, 1000, 2048, 4032, 4040, 4096};

// A fresh ring whose counters stand at `position`.
struct Ring {
    Ring(uint32_t lines, uint64_t position)
        : channel(lines), tail(position), sender(channel.request_sender(&tail)), receiver(channel.request_receiver()) {
        sender.head_seen = channel->request.head.word = position;
        receiver.head = receiver.head_published = position;
    }
    bool all_clear() {
        for (uint32_t i = 0; i < channel.ring_lines(); i++)
            if (wire_request_lines(channel.get())[i].word[0]) return false;
        return true;
    }
    Channel channel;
    uint64_t tail;
    wire_sender sender;
    wire_receiver receiver;
};

// Sends one message and gets the same back; nothing of it stays behind.
bool round_trip(Ring& ring, uint32_t size, uint32_t sequence) {
    Message out, in;
    fill(out, size, 5, sequence);
    if (wire_pending(&ring.receiver)) return false;
    if (wire_send(&ring.sender, out.word) != static_cast<int>(wire_lines(size))) return false;
    if (!wire_pending(&ring.receiver)) return false;
    if (wire_receive(&ring.receiver, in.word) != static_cast<int>(wire_lines(size))) return false;
    if (std::memcmp(in.word, out.word, wire_lines(size) * WIRE_LINE_BYTES) != 0) return false;
    return wire_receive(&ring.receiver, in.word) == WIRE_EMPTY && !wire_pending(&ring.receiver);
}

}  // namespace

TEST_CASE("an empty ring gives nothing") {
    Ring ring(256, 0);
    Message in;
    CHECK(wire_receive(&ring.receiver, in.word) == WIRE_EMPTY);
    CHECK_FALSE(wire_pending(&ring.receiver));
    CHECK(ring.receiver.head == 0);
}

TEST_CASE("every size goes through") {
    for (uint32_t lines : ring_sizes) {
        Ring ring(lines, 0);
        for (uint32_t size = WIRE_MESSAGE_MIN; size <= WIRE_MESSAGE_MAX; size += 8) {
            if (!round_trip(ring, size, size)) FAIL("size " << size << " in " << lines << " lines");
            wire_publish_head(&ring.receiver);
        }
        CHECK(ring.all_clear());
        CHECK(ring.channel.guards_intact());
    }
}

TEST_CASE("messages wrap around at every offset") {
    for (uint32_t offset = 0; offset < 256; offset++) {
        Ring ring(256, 256 * 3 + offset);
        for (uint32_t size : sizes) {
            if (!round_trip(ring, size, offset)) FAIL("size " << size << " at offset " << offset);
            wire_publish_head(&ring.receiver);
        }
        if (!ring.all_clear() || !ring.channel.guards_intact()) FAIL("offset " << offset);
    }
}

TEST_CASE("counters wrap around 2^32, 2^63 and 2^64") {
    for (uint64_t around : {1ull << 32, 1ull << 63, 0ull})
        for (uint64_t before = 0; before < 130; before++) {
            Ring ring(256, around - before);
            for (uint32_t size : sizes) {
                if (!round_trip(ring, size, 1)) FAIL("size " << size << ", " << before << " before " << around);
                wire_publish_head(&ring.receiver);
            }
            if (!ring.all_clear()) FAIL(before);
        }
}

TEST_CASE("a ring takes what fits, in order, and not a line more") {
    for (uint32_t lines : ring_sizes)
        for (uint64_t start : {0ull, 1ull, 255ull, ~0ull - 40, ~0ull - 4096})
            for (uint32_t size : sizes) {
                Ring ring(lines, start);
                Message message;
                uint32_t sent = 0, received = 0;
                const uint32_t count = wire_lines(size);
                for (;; sent++) {
                    fill(message, size, 1, sent);
                    const int result = wire_send(&ring.sender, message.word);
                    if (result == WIRE_FULL) break;
                    REQUIRE(result == static_cast<int>(count));
                }
                CHECK(sent == lines / count);
                const std::vector<char> before = ring.channel.copy();
                const uint64_t tail = ring.tail;
                CHECK(wire_send(&ring.sender, message.word) == WIRE_FULL);
                CHECK(ring.tail == tail);
                CHECK(before == ring.channel.copy());

                // What is left over is room for exactly one message of so many lines.
                const uint32_t left = lines - sent * count;
                if (left > 0) {
                    fill(message, left * WIRE_LINE_BYTES, 1, sent);
                    CHECK(wire_send(&ring.sender, message.word) == static_cast<int>(left));
                    sent++;
                }
                fill(message, 24, 1, sent);
                CHECK(wire_send(&ring.sender, message.word) == WIRE_FULL);

                while (wire_receive(&ring.receiver, message.word) > 0) {
                    if (!intact(message) || wire_sequence(message.word[1]) != received) FAIL(received);
                    received++;
                    if (wire_head_is_stale(&ring.receiver)) wire_publish_head(&ring.receiver);
                }
                CHECK(received == sent);
                wire_publish_head(&ring.receiver);
                CHECK(ring.all_clear());
                CHECK(ring.channel.guards_intact());
            }
}

TEST_CASE("one free line: a message of one goes in, one of two does not") {
    for (uint32_t at = 0; at < 256; at++) {
        Ring ring(256, at);
        Message message;
        fill(message, 64, 0, 0);
        for (int i = 0; i < 255; i++) REQUIRE(wire_send(&ring.sender, message.word) == 1);
        fill(message, 72, 0, 1);
        REQUIRE(wire_send(&ring.sender, message.word) == WIRE_FULL);
        fill(message, 64, 0, 2);
        REQUIRE(wire_send(&ring.sender, message.word) == 1);
        REQUIRE(wire_send(&ring.sender, message.word) == WIRE_FULL);
    }
}

TEST_CASE("a message of an impossible size is not sent, and harms none") {
    Ring ring(256, 0);
    Message message;
    const std::vector<char> before = ring.channel.copy();
    for (uint32_t size : {0u, 8u, 16u, 23u, 25u, 4097u, 4104u, 1u << 31, 0xffffffffu}) {
        message.word[0] = wire_publish_word(size, 1, 0);
        CHECK(wire_send(&ring.sender, message.word) == WIRE_MALFORMED);
    }
    CHECK(ring.tail == 0);
    CHECK(before == ring.channel.copy());
}

TEST_CASE("a reserved line hides what was published behind it") {
    Ring ring(256, 254);
    Message first, second, in;
    fill(first, 128, 1, 1);
    fill(second, 200, 2, 2);
    // The first producer has reserved and copied, but not published.
    const uint64_t reserved = ring.tail;
    ring.tail += 2;
    wire_line* lines = wire_request_lines(ring.channel.get());
    for (int i = 1; i < 16; i++) lines[(reserved + i / 8) & 255].word[i % 8] = first.word[i];
    REQUIRE(wire_send(&ring.sender, second.word) == 4);
    CHECK(wire_receive(&ring.receiver, in.word) == WIRE_EMPTY);
    lines[reserved & 255].word[0] = first.word[0];
    CHECK(wire_receive(&ring.receiver, in.word) == 2);
    CHECK(std::memcmp(in.word, first.word, 128) == 0);
    CHECK(wire_receive(&ring.receiver, in.word) == 4);
    CHECK(intact(in));
}
