// SPDX-License-Identifier: MIT
// Calls in epoll: heard once, cancelled or dropped, and none that cannot wait there.
#include <fcntl.h>

#include "doctest/doctest.h"
#include "parts.h"

using namespace parts;
using Parking = CallsInFlight::Parking;
using Heard = CallsInFlight::Heard;

namespace {

struct Flight : Lead {
    Ending ending{kLimit};
    Descriptor doorbell{eventfd(0, EFD_NONBLOCK)};
    CallsInFlight calls{kCalls, kLimit, ending.stop_event(), doorbell.get()};
    Leadership::Token token = leadership.take(false);
    int pipe[2];
    uint64_t body[2];

    Flight() {
        REQUIRE(::pipe(pipe) == 0);
        body[0] = 0;
        body[1] = static_cast<uint64_t>(pipe[0]);
    }
    ~Flight() { close(pipe[0]), close(pipe[1]); }
    Parking park(uint32_t ltn) {
        OwnedCall call = calls.begin(token, parts::call(ltn), body);
        REQUIRE(call);
        const Parking parking = calls.park(token, call);
        CHECK(static_cast<bool>(call) == (parking != Parking::parked));
        return parking;
    }
    void put() { REQUIRE(write(pipe[1], "x", 1) == 1); }
};

}  // namespace

TEST_CASE("a parked call is heard of once it is ready, with its request and a descriptor of its own") {
    Flight flight;
    REQUIRE(flight.park(5) == Parking::parked);
    flight.body[1] = 0;  // the receive buffer has the next message
    CHECK(flight.calls.any_parked());
    CHECK(flight.calls.wait(0).heard == Heard::nothing);
    flight.put();
    CallsInFlight::Event event = flight.calls.wait(-1);
    REQUIRE(event.heard == Heard::call);
    REQUIRE(event.call);
    CHECK(event.call.call().ltn == 5);
    CHECK(event.call.body()[1] == static_cast<uint64_t>(flight.pipe[0]));
    CHECK(event.call.duplicate().get() >= kLimit);
    CHECK(flight.calls.wait(0).heard == Heard::nothing);  // one shot
    SUBCASE("tried in vain, it waits again") {
        char byte;
        REQUIRE(read(flight.pipe[0], &byte, 1) == 1);
        event.call.record()->forget_ready();
        REQUIRE(flight.calls.park_again(event.call) == Parking::parked);
        CHECK(flight.calls.wait(0).heard == Heard::nothing);
        flight.put();
        CHECK(flight.calls.wait(-1).call);
    }
    SUBCASE("answered, epoll knows nothing of it") {
        flight.calls.unpark(event.call);
        event.call.close_duplicate();
        CHECK_FALSE(flight.calls.any_parked());
    }
}

TEST_CASE("a regular file is not waited for, nor what is no descriptor, nor ours") {
    Flight flight;
    const int file = open("/proc/self/exe", O_RDONLY);
    for (const int fd : {file, -1, 599, flight.ending.stop_event()}) {
        flight.body[1] = static_cast<uint64_t>(static_cast<int64_t>(fd));
        OwnedCall call = flight.calls.begin(flight.token, parts::call(1), flight.body);
        REQUIRE(call);
        CHECK(flight.calls.park(flight.token, call) == Parking::impossible);
        CHECK(call);
        CHECK_FALSE(flight.calls.any_parked());
        CHECK_FALSE(call.duplicate());
        call.record()->answered();
    }
    close(file);
}

TEST_CASE("a thread has one call in flight; cancel finds it by its sequence, and a parked one is the canceller's") {
    Flight flight;
    OwnedCall call = flight.calls.begin(flight.token, parts::call(3, 9), flight.body), none;
    REQUIRE(call);
    CHECK_FALSE(flight.calls.begin(flight.token, parts::call(3, 10), flight.body));
    CHECK_FALSE(flight.calls.cancel(flight.token, 3, 8, none));
    CHECK_FALSE(flight.calls.cancel(flight.token, 4, 9, none));
    CHECK(flight.calls.cancel(flight.token, 3, 9, none));
    CHECK_FALSE(none);  // a thread has it
    CHECK(call.cancelled());
    CHECK(flight.calls.park(flight.token, call) == Parking::ready);  // it is not left to wait
    flight.calls.unpark(call);
    call.record()->answered();

    REQUIRE(flight.park(4) == Parking::parked);
    OwnedCall cancelled;
    CHECK(flight.calls.cancel(flight.token, 4, 1, cancelled));
    REQUIRE(cancelled);
    CHECK(cancelled.cancelled());
    flight.put();
    CHECK_FALSE(flight.calls.wait(0).call);  // the event finds nothing to do
}

TEST_CASE("doorbell and stop are told from calls; what is parked at the end goes with it") {
    Flight flight;
    for (uint32_t ltn = 0; ltn < kCalls; ltn++) REQUIRE(flight.park(ltn) == Parking::parked);
    const uint64_t one = 1;
    REQUIRE(write(flight.doorbell.get(), &one, sizeof one) == sizeof one);
    CHECK(flight.calls.wait(-1).heard == Heard::doorbell);
    CHECK(flight.calls.wait(0).heard == Heard::nothing);  // edge-triggered
    CHECK(flight.ending.stop());
    CHECK_FALSE(flight.ending.stop());
    CHECK(flight.calls.wait(-1).heard == Heard::nothing);
}
