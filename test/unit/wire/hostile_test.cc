// SPDX-License-Identifier: MIT
// The peer may write anything anywhere in the channel at any time: no access leaves the rings, no loop goes on for ever.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "channel_fixture.h"

using namespace wire_test;

#if defined(__SANITIZE_THREAD__)
constexpr int rounds = 10000;
#else
constexpr int rounds = 100000;
#endif

// Races run until they have met often enough, or for this long.
struct Deadline {
    std::chrono::steady_clock::time_point end = std::chrono::steady_clock::now() + std::chrono::seconds(3);
    bool passed() const { return std::chrono::steady_clock::now() > end; }
};

TEST_CASE("an impossible publish word is malformed, and nothing is copied or moved") {
    Channel channel(256);
    wire_receiver receiver = channel.request_receiver();
    wire_line* lines = wire_request_lines(channel.get());
    std::vector<uint64_t> message(WIRE_MESSAGE_MAX / 8, guard_word);
    Random random{88172645463325252};
    for (int i = 0; i < rounds; i++) {
        uint64_t word = random.next();
        if (i % 3 == 0) word &= 0xffff00000000ffff;
        if (i % 7 == 0) word &= 0xffffffff00000000;
        if (word == 0 || wire_size_valid(wire_size(word))) continue;
        lines[0].word[0] = word;
        if (wire_receive(&receiver, message.data()) != WIRE_MALFORMED) FAIL(word);
        if (receiver.head != 0 || message[0] != guard_word) FAIL("moved by " << word);
    }
    lines[0].word[0] = 1ull << 63; // flags without a size
    CHECK(wire_receive(&receiver, message.data()) == WIRE_MALFORMED);
}

TEST_CASE("a publish word alone, at every offset, copies no more than its size and stays in the ring") {
    for (uint32_t offset = 0; offset < 256; offset++)
        for (uint32_t size : {24u, 64u, 72u, 4032u, 4096u}) {
            Channel channel(256);
            wire_receiver receiver = channel.reply_receiver(); // the last ring: the guard follows it
            receiver.head = receiver.head_published = offset;
            std::vector<uint64_t> message(wire_lines(size) * WIRE_LINE_WORDS + 1, guard_word);
            wire_reply_lines(channel.get(), 256)[offset].word[0] = wire_publish_word(size, 0xffff, 0xffff);
            if (wire_receive(&receiver, message.data()) != static_cast<int>(wire_lines(size))) FAIL(offset);
            if (message.back() != guard_word || !channel.guards_intact()) FAIL(offset << " " << size);
        }
}

TEST_CASE("a message that changes under the receiver is taken once") {
    // Word 0 of the copy is what was checked, even when the line says something else by the time it is copied.
    Channel channel(256);
    wire_receiver receiver = channel.request_receiver();
    wire_line* lines = wire_request_lines(channel.get());
    std::atomic<bool> stop{false};
    std::thread peer([&] {
        Random random{42};
        while (!stop.load(std::memory_order_relaxed)) {
            const uint64_t at = wire_read(&receiver.head) & receiver.mask;
            wire_write(&lines[at].word[0], wire_publish_word(64, 1, 0));
            wire_write(&lines[at].word[0], wire_publish_word(0xfffffff8, 2, 0));
            wire_write(&lines[at].word[0], wire_publish_word(24 + 8 * static_cast<uint32_t>(random.below(509)), 3, 0));
        }
    });
    Message in;
    int bad = 0, received = 0;
    for (Deadline deadline; received < rounds / 4 && !deadline.passed();) {
        const int count = wire_receive(&receiver, in.word);
        if (count <= 0) continue;
        received++;
        bad += !wire_size_valid(wire_size(in.word[0])) || wire_lines(wire_size(in.word[0])) != static_cast<uint32_t>(count);
    }
    stop = true;
    peer.join();
    CHECK(bad == 0);
    CHECK(received > 0);
    CHECK(channel.guards_intact());
}

TEST_CASE("a forged head lets the sender overwrite the peer's own messages at worst") {
    Channel channel(256);
    uint64_t tail = 0;
    wire_sender sender = channel.reply_sender(&tail);
    Message message;
    fill(message, 64, 3, 4);
    Random random{7};
    for (int i = 0; i < rounds; i++) {
        uint64_t forged = random.next();
        if (i % 2) forged = tail + random.below(2000) - 1000;
        wire_write(&channel->reply.head.word, forged);
        wire_write(&channel->reply.tail.word, random.next()); // not even read
        const uint64_t before = tail;
        const int result = wire_send(&sender, message.word);
        if (result != WIRE_FULL && result != 1) FAIL(result);
        if (tail != before + static_cast<uint64_t>(result)) FAIL(tail);
        (void)wire_want_room(&sender, 1);
    }
    CHECK(channel.guards_intact());
}

TEST_CASE("a stale or forged head heals when the peer is honest again") {
    Channel channel(256);
    uint64_t tail = 0;
    wire_sender sender = channel.reply_sender(&tail);
    Message message;
    fill(message, 64, 3, 4);
    wire_write(&channel->reply.head.word, 1ull << 62 | 77);
    (void)wire_send(&sender, message.word);
    wire_write(&channel->reply.head.word, tail - 256);
    while (wire_send(&sender, message.word) > 0) {}
    wire_write(&channel->reply.head.word, tail);
    CHECK(wire_send(&sender, message.word) == 1);
}

TEST_CASE("a scribbler over the whole channel breaks nothing outside it, and nothing hangs") {
    Channel channel(256);
    uint64_t tail = 0;
    wire_sender sender = channel.reply_sender(&tail);
    wire_receiver receiver = channel.request_receiver();
    std::atomic<bool> stop{false};
    std::atomic<int> scribbled{0};
    std::thread peer([&] {
        Random random{99};
        auto* words = reinterpret_cast<uint64_t*>(channel.get());
        const uint64_t count = channel.bytes() / 8;
        while (!stop.load(std::memory_order_relaxed)) {
            uint64_t value = random.next();
            if (value & 1) value = wire_publish_word(static_cast<uint32_t>(value >> 40) & 0x1ff8, 1, 0);
            // Half of the attacks go for the control words, where they hurt most.
            wire_write(&words[value & 2 ? random.below(count) : random.below(sizeof(wire_channel) / 8)], value);
            scribbled.fetch_add(1, std::memory_order_relaxed);
        }
    });
    Message in, out;
    fill(out, 64, 1, 1);
    int bad = 0;
    Deadline deadline;
    for (int i = 0; (i < rounds || scribbled < rounds) && !deadline.passed(); i++) {
        const int received = wire_receive(&receiver, in.word);
        bad += received < WIRE_MALFORMED || received > static_cast<int>(WIRE_MESSAGE_MAX_LINES);
        if (received == WIRE_MALFORMED) wire_store(&receiver.head, receiver.head + 1); // a proxy would end it here
        if (wire_head_is_stale(&receiver)) (void)wire_publish_head(&receiver);
        const int sent = wire_send(&sender, out.word);
        bad += sent != WIRE_FULL && sent != 1;
        const int core = wire_core_to_ring(channel.get(), 3);
        bad += core < -1 || core > 2;
        bad += (wire_claim_sleepers(channel.get(), 3) & ~7ull) != 0;
        (void)wire_want_room(&sender, 1);
        if (wire_leave_requests(&receiver)) wire_attend_requests(receiver.control);
    }
    stop = true;
    peer.join();
    CHECK(bad == 0);
    CHECK(channel.guards_intact());
}

TEST_CASE("flickering sleepers do not hold whoever claims one") {
    Channel channel(256);
    std::atomic<bool> stop{false};
    std::atomic<int> flickered{0};
    std::thread peer([&] {
        while (!stop.load(std::memory_order_relaxed)) {
            wire_write(&channel->sleepers.word, ~0ull);
            wire_write(&channel->sleepers.word, 0);
            flickered.fetch_add(1, std::memory_order_relaxed);
        }
    });
    int bad = 0;
    Deadline deadline;
    for (int i = 0; (i < rounds || flickered < rounds) && !deadline.passed(); i++) {
        const int core = wire_claim_sleeper(channel.get(), 5);
        bad += core < -1 || core > 4;
    }
    stop = true;
    peer.join();
    CHECK(bad == 0);
}
