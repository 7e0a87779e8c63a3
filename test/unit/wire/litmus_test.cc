// SPDX-License-Identifier: MIT
// The store-buffer litmus on real processors: of two that declare and look at the same instant, at least one sees the other.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "channel_fixture.h"

using namespace wire_test;

namespace {

#if defined(__SANITIZE_THREAD__)
constexpr uint64_t rounds = 20000;
#else
constexpr uint64_t rounds = 200000;
#endif

// Both threads leave together, as nearly at the same time as two processors can.
class StartLine {
public:
    void meet(uint64_t round, unsigned self) {
        arrived_[self].store(round, std::memory_order_release);
        for (unsigned spins = 0; arrived_[1 - self].load(std::memory_order_acquire) < round; spins++) {
            if (spins % 4096 == 4095) std::this_thread::yield();
            wire_pause();
        }
    }

private:
    struct alignas(64) Slot : std::atomic<uint64_t> {};
    Slot arrived_[2] = {};
};

// Runs one(round) and other(round) against each other, then check(round) alone. The number of bad rounds; stops in time.
template <class One, class Other, class Check>
uint64_t race(One one, Other other, Check check) {
    StartLine begin, end;
    std::atomic<bool> stop{false};
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(3);
    uint64_t bad = 0;
    std::thread thread([&] {
        for (uint64_t round = 1; round <= rounds; round++) {
            begin.meet(round, 1);
            if (stop.load(std::memory_order_relaxed)) return;
            for (uint64_t pause = round % 7; pause; pause--) wire_pause();
            other(round);
            end.meet(round, 1);
        }
    });
    for (uint64_t round = 1; round <= rounds; round++) {
        if (round % 256 == 0 && std::chrono::steady_clock::now() > deadline) stop.store(true);
        begin.meet(round, 0);
        if (stop.load(std::memory_order_relaxed)) break;
        for (uint64_t pause = round / 7 % 7; pause; pause--) wire_pause();
        one(round);
        end.meet(round, 0);
        bad += !check(round);
    }
    thread.join();
    return bad;
}

}  // namespace

TEST_CASE("publish against leave: the producer rings or the leader stays") {
    Channel channel(256);
    wire_sender sender = channel.request_sender();
    wire_receiver receiver = channel.request_receiver();
    wire_attend_requests(&channel->request);
    Message message, in;
    fill(message, 24, 0, 0);
    bool rang = false, left = false;
    CHECK(race([&](uint64_t) { wire_send(&sender, message.word), rang = wire_must_ring_linux(&channel->request); },
               [&](uint64_t) { left = wire_leave_requests(&receiver); },
               [&](uint64_t) {
                   wire_attend_requests(&channel->request);
                   const bool came = wire_receive(&receiver, in.word) == 1;
                   wire_publish_head(&receiver);
                   return came && (rang || !left);
               }) == 0);
}

TEST_CASE("publish the head against the wish for room: the producer sees room or is rung") {
    Channel channel(256);
    wire_sender sender = channel.request_sender();
    wire_receiver receiver = channel.request_receiver();
    Message message, in;
    fill(message, 24, 0, 0);
    while (wire_send(&sender, message.word) > 0) {}
    bool rang = false, room = false;
    CHECK(race([&](uint64_t) { wire_receive(&receiver, in.word), rang = wire_publish_head(&receiver); },
               [&](uint64_t) { room = wire_want_room(&sender, 1); },
               [&](uint64_t) {
                   wire_store32(&channel->request.room.word, 0);
                   return (rang || room) && wire_send(&sender, message.word) == 1;
               }) == 0);
}

TEST_CASE("a reply against a declared sleeper: the proxy rings or the core sees it") {
    Channel channel(256);
    uint64_t tail = 0;
    wire_sender sender = channel.reply_sender(&tail);
    wire_receiver receiver = channel.reply_receiver();
    Message message, in;
    fill(message, 64, 0, 0);
    int rang = -1;
    bool seen = false;
    CHECK(race([&](uint64_t) { wire_send(&sender, message.word), rang = wire_core_to_ring(channel.get(), 4); },
               [&](uint64_t) { wire_declare_sleeper(channel.get(), 2), seen = wire_pending(&receiver); },
               [&](uint64_t) {
                   wire_withdraw_sleeper(channel.get(), 2);
                   const bool came = wire_receive(&receiver, in.word) == 1;
                   wire_publish_head(&receiver);
                   return came && (rang == 2 || seen);
               }) == 0);
}

TEST_CASE("a reply against the end of a poll: the proxy rings the sleeper or the poller looks again") {
    Channel channel(256);
    uint64_t tail = 0;
    wire_sender sender = channel.reply_sender(&tail);
    wire_receiver receiver = channel.reply_receiver();
    wire_declare_sleeper(channel.get(), 1);
    REQUIRE(wire_poll_begin(channel.get()));
    Message message, in;
    fill(message, 64, 0, 0);
    int rang = -1;
    bool seen = false;
    CHECK(race([&](uint64_t) { wire_send(&sender, message.word), rang = wire_core_to_ring(channel.get(), 4); },
               [&](uint64_t) { wire_poll_end(channel.get()), seen = wire_pending(&receiver); },
               [&](uint64_t) {
                   wire_declare_sleeper(channel.get(), 1);
                   const bool came = wire_poll_begin(channel.get()) && wire_receive(&receiver, in.word) == 1;
                   wire_publish_head(&receiver);
                   return came && (rang == 1 || seen);
               }) == 0);
}
