// SPDX-License-Identifier: MIT
// Back-pressure: the lazy head, the wish for room, who is told, and a producer whose tail is old.
#include <doctest/doctest.h>

#include "channel_fixture.h"

using namespace wire_test;

TEST_CASE("released lines are room only after the head is published") {
    Channel channel(256);
    wire_sender sender = channel.request_sender();
    wire_receiver receiver = channel.request_receiver();
    Message message, in;
    fill(message, 64, 0, 0);
    for (int i = 0; i < 256; i++) REQUIRE(wire_send(&sender, message.word) == 1);
    REQUIRE(wire_receive(&receiver, in.word) == 1);
    CHECK(wire_send(&sender, message.word) == WIRE_FULL);
    CHECK_FALSE(wire_publish_head(&receiver));
    CHECK(channel->request.head.word == 1);
    CHECK(wire_send(&sender, message.word) == 1);
    CHECK(wire_send(&sender, message.word) == WIRE_FULL);
}

TEST_CASE("a wish for room is answered once") {
    Channel channel(256);
    wire_sender sender = channel.request_sender();
    wire_receiver receiver = channel.request_receiver();
    Message message, in;
    fill(message, 64, 0, 0);
    while (wire_send(&sender, message.word) > 0) {}
    CHECK_FALSE(wire_want_room(&sender, 1));
    CHECK_FALSE(wire_want_room(&sender, 1));
    REQUIRE(wire_receive(&receiver, in.word) == 1);
    CHECK(wire_publish_head(&receiver));
    CHECK_FALSE(wire_publish_head(&receiver));
    CHECK(wire_want_room(&sender, 1));
    CHECK_FALSE(wire_want_room(&sender, 2));
}

TEST_CASE("a wish finds the room that came before it") {
    Channel channel(256);
    wire_sender sender = channel.request_sender();
    wire_receiver receiver = channel.request_receiver();
    Message message, in;
    fill(message, 64, 0, 0);
    while (wire_send(&sender, message.word) > 0) {}
    REQUIRE(wire_receive(&receiver, in.word) == 1);
    CHECK_FALSE(wire_publish_head(&receiver));
    CHECK(wire_want_room(&sender, 1));
}

TEST_CASE("the head is stale after more than a quarter, and never left so in front of a waiting producer") {
    for (uint32_t lines : {256u, 512u, 4096u})
        for (uint32_t wanted : {1u, 2u, 63u, 64u}) {
            Channel channel(lines);
            wire_sender sender = channel.request_sender();
            wire_receiver receiver = channel.request_receiver();
            Message message, in;
            fill(message, 64, 0, 0);
            // The fewest lines that make a producer of `wanted` lines wait, the head having been published never.
            for (uint32_t i = 0; i < lines - wanted + 1; i++) REQUIRE(wire_send(&sender, message.word) == 1);
            REQUIRE_FALSE(wire_want_room(&sender, wanted));
            uint32_t rung = 0;
            for (uint32_t received = 1; wire_receive(&receiver, in.word) > 0; received++) {
                if (received <= lines / 4 - 1) CHECK_FALSE(wire_head_is_stale(&receiver));
                if (wire_head_is_stale(&receiver)) rung += wire_publish_head(&receiver);
            }
            CHECK(rung == 1);
            CHECK(wire_want_room(&sender, wanted));
        }
}

// A producer that was held up between reading the tail and the head must not believe that the ring is full.
TEST_CASE("an old tail behind the head is not a full ring") {
    for (uint64_t base : {1000ull, ~0ull - 300}) {
        Channel channel(256);
        wire_sender sender = channel.request_sender();
        channel->request.tail.word = channel->request.head.word = base + 500;
        CHECK(wire_has_room(&sender, base, 1));
        sender.head_seen = base + 500;
        CHECK(wire_has_room(&sender, base, 64));
        Message message;
        fill(message, 64, 0, 0);
        CHECK(wire_send(&sender, message.word) == 1);
        CHECK(channel->request.tail.word == base + 501);
    }
}

TEST_CASE("an old head costs a look, nothing else") {
    Channel channel(256);
    wire_sender sender = channel.request_sender();
    wire_receiver receiver = channel.request_receiver();
    Message message, in;
    fill(message, 64, 0, 0);
    for (int round = 0; round < 1000; round++) {
        REQUIRE(wire_send(&sender, message.word) == 1);
        REQUIRE(wire_receive(&receiver, in.word) == 1);
        wire_publish_head(&receiver);
        if (round % 7 == 0) sender.head_seen -= 200; // a slow thread writes back what it saw long ago
    }
}
