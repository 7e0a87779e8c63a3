// SPDX-License-Identifier: MIT
// A record's states: who owns the call, whatever comes when.
#include "pump/record.h"

#include <cstring>
#include <thread>

#include "doctest/doctest.h"

using namespace future;

namespace {

struct Fresh {
    Records records{4};
    Record& record = records[2];
};

}  // namespace

TEST_CASE("one call at a time, found by its sequence until it is answered") {
    Fresh fresh;
    CHECK(fresh.record.idle());
    CHECK_FALSE(fresh.record.holds(0));
    REQUIRE(fresh.record.begin(0x203, 7));
    CHECK_FALSE(fresh.record.begin(0x203, 8));
    CHECK(fresh.record.holds(7));
    CHECK_FALSE(fresh.record.holds(8));
    fresh.record.answered();
    CHECK(fresh.record.idle());
    CHECK_FALSE(fresh.record.holds(7));
    CHECK(fresh.records.ltn_of(fresh.record) == 2);
}

TEST_CASE("a parked call is claimed once, by an event or by cancel") {
    Fresh fresh;
    CHECK_FALSE(fresh.record.claim());
    REQUIRE(fresh.record.begin(0x203, 1));
    REQUIRE(fresh.record.park());
    CHECK(fresh.record.become_ready());
    CHECK_FALSE(fresh.record.become_ready());
    fresh.record.forget_ready();
    REQUIRE(fresh.record.park());
    CHECK(fresh.record.claim());
    CHECK_FALSE(fresh.record.claim());
}

TEST_CASE("what comes before it is parked is not lost") {
    Fresh fresh;
    REQUIRE(fresh.record.begin(0x203, 1));
    CHECK_FALSE(fresh.record.become_ready());
    CHECK_FALSE(fresh.record.park());
    fresh.record.forget_ready();
    fresh.record.cancelled.store(1);
    CHECK_FALSE(fresh.record.park());
    fresh.record.answered();
    REQUIRE(fresh.record.begin(0x203, 2));  // of all that, the next call knows nothing
    CHECK(fresh.record.park());
}

TEST_CASE("a reply that waits for room keeps its thread from asking again, and no cancel finds it") {
    Fresh fresh;
    REQUIRE(fresh.record.begin(0x203, 1));
    CHECK_FALSE(fresh.record.wait_for_room());
    fresh.record.answered();
    REQUIRE(fresh.record.wait_for_room());
    fresh.record.reply_to(1);
    CHECK_FALSE(fresh.record.holds(1));
    CHECK_FALSE(fresh.record.begin(0x203, 2));
    fresh.record.sent();
    CHECK(fresh.record.begin(0x203, 2));
}

TEST_CASE("parking races with the event: exactly one of them goes on with the call") {
    Fresh fresh;
    std::atomic<int> round{0};
    std::atomic<bool> event_has_it{false};
    constexpr int rounds = 20000;
    std::thread event([&] {
        for (int seen = 1; seen <= rounds; seen++) {
            while (round.load() < seen) continue;
            event_has_it.store(fresh.record.become_ready());
            round.store(-seen);
        }
    });
    int lost = 0, twice = 0;
    for (int i = 1; i <= rounds; i++) {
        REQUIRE(fresh.record.begin(0x203, static_cast<uint32_t>(i)));
        round.store(i);
        const bool we_have_it = !fresh.record.park();
        while (round.load() != -i) continue;
        lost += !we_have_it && !event_has_it.load();
        twice += we_have_it && event_has_it.load();
        fresh.record.answered();
    }
    event.join();
    CHECK(lost == 0);
    CHECK(twice == 0);
}
