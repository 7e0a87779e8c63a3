// SPDX-License-Identifier: MIT
// The message header's words, sizes and lines; the reply's layout.
#include <doctest/doctest.h>

#include "channel_fixture.h"

TEST_CASE("header words keep what was put in") {
    const uint64_t word0 = wire_publish_word(4096, wire_type(0xab, 0xcd), WIRE_FLAG_REPLY | WIRE_FLAG_ONEWAY);
    CHECK(word0 == 0x0003abcd00001000);
    CHECK(wire_size(word0) == 4096);
    CHECK(wire_message_type(word0) == 0xabcd);
    CHECK(wire_flags(word0) == 3);
    const uint64_t word1 = wire_who_word(0xdeadbeef, 0xfedcba98);
    CHECK(word1 == 0xfedcba98deadbeef);
    CHECK(wire_ltn(word1) == 0xdeadbeef);
    CHECK(wire_sequence(word1) == 0xfedcba98);
    CHECK(wire_publish_word(0xffffffff, 0xffff, 0xffff) == ~0ull);
}

TEST_CASE("a size is valid from 24 to 4096 in steps of 8") {
    uint32_t valid = 0;
    for (uint32_t size = 0; size < 10000; size++) {
        const bool expected = size >= 24 && size <= 4096 && size % 8 == 0;
        if (wire_size_valid(size) != expected) FAIL(size);
        valid += expected;
    }
    CHECK(valid == (4096 - 24) / 8 + 1);
    CHECK_FALSE(wire_size_valid(0x80000000));
    CHECK_FALSE(wire_size_valid(0xfffffff8));
    CHECK_FALSE(wire_size_valid(0xffffffff));
}

TEST_CASE("lines round up") {
    CHECK(wire_lines(24) == 1);
    CHECK(wire_lines(64) == 1);
    CHECK(wire_lines(72) == 2);
    CHECK(wire_lines(128) == 2);
    CHECK(wire_lines(4096) == WIRE_MESSAGE_MAX_LINES);
}

TEST_CASE("a root pointer is Cap'n Proto's: struct, offset 0, section sizes") {
    CHECK(wire_root_pointer(5, 0) == 0x0000000500000000);
    CHECK(wire_root_pointer(2, 3) == 0x0003000200000000);
}

TEST_CASE("a reply is one line") {
    CHECK(WIRE_HEADER_WORDS + 1 + WIRE_REPLY_DATA_WORDS == WIRE_LINE_WORDS);
    CHECK(offsetof(wire_reply, error) == 8);
    CHECK(offsetof(wire_reply, more) == 16);
}
