// SPDX-License-Identifier: MIT
// The sleep words one step at a time: who declares, who is told to ring, and that it is said once.
#include <doctest/doctest.h>

#include "channel_fixture.h"

using namespace wire_test;

TEST_CASE("a fresh channel wants every request to ring") {
    Channel channel(256);
    CHECK(channel->header.magic == WIRE_CHANNEL_MAGIC);
    CHECK(channel->header.ring_lines == 256);
    CHECK(wire_must_ring_linux(&channel->request));
    CHECK_FALSE(wire_must_ring_linux(&channel->request));
}

TEST_CASE("a leader may leave an empty ring, and one producer rings it") {
    Channel channel(256);
    wire_receiver receiver = channel.request_receiver();
    wire_attend_requests(&channel->request);
    CHECK_FALSE(wire_must_ring_linux(&channel->request));
    CHECK(wire_leave_requests(&receiver));
    CHECK(wire_must_ring_linux(&channel->request));
    CHECK_FALSE(wire_must_ring_linux(&channel->request));
    CHECK(wire_leave_requests(&receiver));
    wire_attend_requests(&channel->request);
    CHECK_FALSE(wire_must_ring_linux(&channel->request));
}

TEST_CASE("a leader does not leave a message behind") {
    Channel channel(256);
    wire_sender sender = channel.request_sender();
    wire_receiver receiver = channel.request_receiver();
    Message message;
    fill(message, 64, 0, 0);
    REQUIRE(wire_send(&sender, message.word) == 1);
    CHECK_FALSE(wire_leave_requests(&receiver));
    CHECK(channel->request.sleep.word == 0);
    REQUIRE(wire_receive(&receiver, message.word) == 1);
    CHECK(wire_leave_requests(&receiver));
}

TEST_CASE("one poller at a time") {
    Channel channel(256);
    CHECK(wire_poll_begin(channel.get()));
    CHECK_FALSE(wire_poll_begin(channel.get()));
    wire_poll_end(channel.get());
    CHECK(wire_poll_begin(channel.get()));
}

TEST_CASE("who is claimed is rung, who withdraws is not") {
    Channel channel(256);
    wire_declare_sleeper(channel.get(), 2);
    CHECK(wire_withdraw_sleeper(channel.get(), 2));
    CHECK(wire_claim_sleeper(channel.get(), 4) == -1);
    wire_declare_sleeper(channel.get(), 2);
    CHECK(wire_claim_sleeper(channel.get(), 4) == 2);
    CHECK_FALSE(wire_withdraw_sleeper(channel.get(), 2));
    CHECK(wire_claim_sleeper(channel.get(), 4) == -1);
}

TEST_CASE("each sleeper is claimed once, the lowest first, all 64 of them") {
    Channel channel(256, 64);
    for (uint32_t core = 0; core < 64; core++) wire_declare_sleeper(channel.get(), core);
    for (int core = 0; core < 64; core++) CHECK(wire_claim_sleeper(channel.get(), 64) == core);
    CHECK(wire_claim_sleeper(channel.get(), 64) == -1);
}

TEST_CASE("bits beyond the process's cores are nobody") {
    Channel channel(256);
    channel->sleepers.word = ~0ull << 3;
    CHECK(wire_claim_sleeper(channel.get(), 3) == -1);
    CHECK(wire_core_to_ring(channel.get(), 3) == -1);
    channel->sleepers.word = ~0ull;
    CHECK(wire_claim_sleepers(channel.get(), 3) == 7);
    CHECK(wire_claim_sleepers(channel.get(), 3) == 0);
    channel->sleepers.word = ~0ull;
    CHECK(wire_claim_sleepers(channel.get(), 64) == ~0ull);
    CHECK(wire_cores_mask(1) == 1);
    CHECK(wire_cores_mask(64) == ~0ull);
}

TEST_CASE("a reply rings one sleeper, and only if nobody polls") {
    Channel channel(256);
    CHECK(wire_core_to_ring(channel.get(), 4) == -1);
    wire_declare_sleeper(channel.get(), 1);
    wire_declare_sleeper(channel.get(), 3);
    REQUIRE(wire_poll_begin(channel.get()));
    CHECK(wire_core_to_ring(channel.get(), 4) == -1);
    wire_poll_end(channel.get());
    CHECK(wire_core_to_ring(channel.get(), 4) == 1);
    CHECK(channel->sleepers.word == 8);
}
