// SPDX-License-Identifier: MIT
// Older and newer programs against today's reader: a prefix in the lock's history reads as zeros where it ends.
#include <doctest/doctest.h>

#include "grown_wire.h"

TEST_CASE("what an older program sends is read; what it does not send is 0") {
    // The lock's layout: level, weight; two data words.
    const uint64_t old_body[] = {wire_root_pointer(2, 0), 7, 9};
    grown_paint_request request;
    REQUIRE(grown_paint_decode(old_body, 3, &request) == WIRE_BODY_GOOD);
    CHECK(request.level == 7);
    CHECK(request.weight == 9);
    CHECK(request.colour == 0);
    CHECK(request.height == 0);
}

TEST_CASE("a prefix that was never a layout is no message") {
    const uint64_t body[] = {wire_root_pointer(1, 0), 7};
    grown_paint_request request;
    CHECK(grown_paint_decode(body, 2, &request) == WIRE_BODY_MALFORMED);
}

TEST_CASE("a newer program's words are accepted while they say nothing") {
    uint64_t body[] = {wire_root_pointer(4, 0), 7, 9, 11, 0};
    grown_paint_request request;
    CHECK(grown_paint_decode(body, 5, &request) == WIRE_BODY_GOOD);
    CHECK(request.height == 11);
    body[4] = 1;
    CHECK(grown_paint_decode(body, 5, &request) == WIRE_BODY_NEWER);
}
