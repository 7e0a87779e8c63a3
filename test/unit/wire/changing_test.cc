// SPDX-License-Identifier: MIT
// The peer rewrites the publish word between any two reads of it, or takes back each bit that one looked at.
#include <doctest/doctest.h>

#include <cstdlib>

#include "idl/wire/channel.h"

namespace {

uint64_t* changing_word;
uint64_t changed_to;

uint64_t changing_read(const uint64_t* word) {
    if (word == changing_word) __atomic_store_n(changing_word, changed_to, __ATOMIC_RELAXED);
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}

bool flickering;
int flickered;

// A sleeper's bit that is always set when one looks, and always gone when one takes it.
uint64_t flickering_and(uint64_t* word, uint64_t bits) {
    if (!flickering) return __atomic_fetch_and(word, bits, __ATOMIC_SEQ_CST);
    if (++flickered > 1000) std::abort();
    return 0;
}

}  // namespace

// The copying reads of wire_receive, and only those, now meet a peer that is always quick enough.
#define wire_read changing_read
#define wire_and flickering_and
#include "channel_fixture.h"
#undef wire_and
#undef wire_read

using namespace wire_test;

TEST_CASE("what was checked is what the caller gets") {
    for (uint64_t forged : std::initializer_list<uint64_t>{0, wire_publish_word(4096, 9, 0), wire_publish_word(0xfffffff8, 9, 0xffff), ~0ull}) {
        Channel channel(256);
        wire_sender sender = channel.request_sender();
        wire_receiver receiver = channel.request_receiver();
        Message out, in;
        fill(out, 72, 1, 2);
        REQUIRE(wire_send(&sender, out.word) == 2);
        in.word[16] = guard_word;
        changing_word = &wire_request_lines(channel.get())[0].word[0];
        changed_to = forged;
        CHECK(wire_receive(&receiver, in.word) == 2);
        CHECK(intact(in));
        CHECK(in.word[16] == guard_word);
        CHECK(receiver.head == 2);
        wire_publish_head(&receiver);
        CHECK(*changing_word == 0);
    }
}

TEST_CASE("a sleeper that always slips away is given up") {
    Channel channel(256);
    channel->sleepers.word = 4;
    flickering = true;
    CHECK(wire_claim_sleeper(channel.get(), 4) == -1);
    flickering = false;
    CHECK(flickered <= WIRE_MAX_CORES);
    CHECK(wire_claim_sleeper(channel.get(), 4) == 2);
}
