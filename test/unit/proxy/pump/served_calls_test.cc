// SPDX-License-Identifier: MIT
// Header words as an honest stub writes them, and all others; what ends a pump, and a capture on a full disk.
#include "pump/served_calls.h"

#include <fcntl.h>
#include <poll.h>

#include <csignal>

#include "doctest/doctest.h"
#include "nop_wire.h"
#include "parts.h"
#include "pump/capture.h"

using namespace parts;

namespace {

constexpr CallInfo kCalls2[] = {{0x200, 1, 0, -1, 0, "test.plain", nothing, nullptr, 0}, {}, {0x202, 1, kOneway, -1, 0, "test.oneway", nothing, nullptr, 0}};
constexpr InterfaceInfo kTest = {"test", 1, 2, 3, kCalls2};

std::string refusal(uint64_t word0, uint64_t word1) {
    const ServedCalls served({{&kTest, nullptr}});
    const uint64_t message[] = {word0, word1};
    Call call;
    std::string why;
    return served.look_up(message, kCalls, call, why) ? "" : why;
}

}  // namespace

TEST_CASE("what no honest stub sends is refused, by name") {
    CHECK(refusal(wire_publish_word(32, 0x200, 0), wire_who_word(1, 1)) == "");
    CHECK(refusal(wire_publish_word(32, 0x202, WIRE_FLAG_ONEWAY), wire_who_word(1, 1)) == "");
    CHECK(refusal(wire_publish_word(32, NOP_CANCEL_TYPE, WIRE_FLAG_ONEWAY), wire_who_word(1, 1)) == "");
    CHECK(refusal(wire_publish_word(32, 0x200, WIRE_FLAG_ONEWAY), wire_who_word(1, 1)) == "test.plain was sent with the wrong flags");
    CHECK(refusal(wire_publish_word(32, 0x202, 0), wire_who_word(1, 1)) == "test.oneway was sent with the wrong flags");
    CHECK(refusal(wire_publish_word(32, 0x200, WIRE_FLAG_REPLY), wire_who_word(1, 1)).find("flags") != std::string::npos);
    CHECK(refusal(wire_publish_word(32, 0x200, 0), wire_who_word(kCalls, 1)).find("thread 16 of 16") != std::string::npos);
    for (const int type : {0x201, 0x203, 0x000, 0x100, 0x101, 0xffff})
        CHECK(refusal(wire_publish_word(32, static_cast<uint16_t>(type), 0), wire_who_word(1, 1)).find("does not exist") != std::string::npos);
}

TEST_CASE("the first reason ends the pump, and is heard of") {
    Ending ending(kLimit);
    pollfd event = {ending.failure_event(), POLLIN, 0};
    CHECK_FALSE(ending.halted());
    CHECK(poll(&event, 1, 0) == 0);
    ending.give_up(SIGPIPE, "");
    ending.fail("too late");
    CHECK(ending.halted());
    CHECK_FALSE(ending.stopping());
    CHECK(ending.failure().signal == SIGPIPE);
    CHECK(ending.failure().why.empty());
    CHECK(poll(&event, 1, 0) == 1);
    CHECK(ending.failure_event() >= kLimit);
}

TEST_CASE("a full disk ends the capture only") {
    const uint64_t message[] = {wire_publish_word(24, 0x200, 0), 0, 0};
    Descriptor full(open("/dev/full", O_WRONLY));
    Capture capture(full.get());
    REQUIRE(capture.on());
    capture.write(message);
    CHECK_FALSE(capture.on());
    CHECK(capture.error() == ENOSPC);
    CHECK_FALSE(Capture(-1).on());
}
