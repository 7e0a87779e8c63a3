// SPDX-License-Identifier: MIT
// How long to spin: on computers that are acted here, tick by tick.
#include "idl/wire/patience.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <random>

namespace {

constexpr uint64_t kWake = 20000, kGlance = 1000;  // ns: a wake-up, and the time that WIRE_PATIENCE_LOOKS looks take

// One side of a channel on a computer that takes the CPU away from it for `slice` after it has used it for `share`
// without sleeping (0: never).
struct Computer {
    uint64_t share = 0, slice = 0;
    uint64_t now = 1, since_sleep = 0;
    uint64_t spun = 0, stood = 0, waited = 0, asleep = 0, waits = 0;
    wire_patience patience;

    Computer(uint64_t share_ns, uint64_t slice_ns) : share(share_ns), slice(slice_ns) { wire_patience_init(&patience, 1000, 4); }

    void pass(uint64_t ns) {
        now += ns;
        since_sleep += ns;
        if (share == 0 || since_sleep < share) return;
        since_sleep = 0;
        now += slice;
        stood += slice;
    }

    // Something comes after `ns`; a wake-up later, if this side sleeps.
    void wait(uint64_t ns) {
        const uint64_t begin = now;
        waits++;
        waited += ns;
        const bool may_spin = wire_patience_begin(&patience);
        bool spins = may_spin;
        if (spins && wire_patience_is_timed(&patience)) wire_patience_time(&patience, now);
        while (spins && now - begin < ns) {
            const uint64_t left = ns - (now - begin);
            pass(left < kGlance ? left : kGlance);
            if (left < kGlance) break;
            spins = wire_patience_goes_on(&patience, now);
        }
        if (may_spin) spun += now - begin;
        if (spins) return wire_patience_won(&patience, now);
        wire_patience_sleeps(&patience, may_spin, now);
        asleep++;
        since_sleep = 0;
        now = (now - begin < ns ? begin + ns : now) + kWake;
        wire_patience_woke(&patience, kWake);
    }
};

}  // namespace

TEST_CASE("short waits spin, always") {
    for (uint64_t ns : {100, 2000, 20000, 150000}) {
        Computer computer(0, 0);
        for (int i = 0; i < 20000; i++) computer.wait(ns);
        CAPTURE(ns);
        CHECK(computer.asleep == 0);
    }
}

TEST_CASE("long waits sleep, and trying again costs little") {
    for (uint64_t ns : {250000, 1000000, 20000000}) {
        Computer computer(0, 0);
        for (int i = 0; i < 20000; i++) computer.wait(ns);
        CAPTURE(ns);
        CHECK(computer.spun < computer.waited / 50);
        CHECK(computer.spun > 0);
    }
}

TEST_CASE("waits that become short again are spun through again") {
    Computer computer(0, 0);
    for (int i = 0; i < 20000; i++) computer.wait(1000000);
    computer.asleep = 0;
    for (int i = 0; i < 10000; i++) computer.wait(2000);
    CHECK(computer.asleep < 6000);  // the price of a spin in vain, 64 of its tenths, is earned a sixteenth at a time
    computer.asleep = 0;
    for (int i = 0; i < 10000; i++) computer.wait(2000);
    CHECK(computer.asleep == 0);
}

TEST_CASE("short and long waits mixed: the short ones are not slept through") {
    std::mt19937 random(1);
    Computer computer(0, 0);
    uint64_t slept_short = 0, shorts = 0;
    for (int i = 0; i < 100000; i++) {
        const uint64_t ns = random() % 4 == 0 ? 400000 : 2000, before = computer.asleep;
        computer.wait(ns);
        if (ns == 2000) shorts++, slept_short += computer.asleep - before;
    }
    CHECK(slept_short < shorts / 20);
}

TEST_CASE("where others want the CPU, little time is lost in standing still") {
    for (uint64_t ns : {500, 2000, 15000}) {
        Computer computer(3000000, 3000000);
        while (computer.now < 10'000'000'000) computer.wait(ns);
        CAPTURE(ns);
        CHECK(computer.stood < 10'000'000'000 / 50);
        }
}

TEST_CASE("an interruption now and then is no reason to sleep") {
    Computer computer(300'000'000, 2'000'000);
    while (computer.now < 10'000'000'000) computer.wait(2000);
    CHECK(computer.stood > 0);
    CHECK(computer.asleep < computer.waits / 1000);
}

TEST_CASE("when the others are gone, it spins again") {
    Computer computer(3000000, 3000000);
    while (computer.now < 10'000'000'000) computer.wait(2000);
    computer.share = 0;
    const uint64_t end = computer.now + 2 * (1ull << WIRE_PATIENCE_PAUSE_MOST) * (kWake + 2000);
    while (computer.now < end) computer.wait(2000);
    computer.asleep = 0;
    for (int i = 0; i < 1000; i++) computer.wait(2000);
    CHECK(computer.asleep == 0);
}

TEST_CASE("a clock that jumps, in either direction, does no lasting harm") {
    std::mt19937_64 random(2);
    Computer computer(0, 0);
    for (int i = 0; i < 100000; i++) {
        if (i % 100 == 0) computer.now = random();
        computer.wait(2000);
        CHECK(computer.patience.wake >= computer.patience.least_wake);
        CHECK(computer.patience.wake <= computer.patience.most_wake);
    }
    computer.now = 1;
    for (int i = 0; i < 1 << (WIRE_PATIENCE_PAUSE_MOST + 1); i++) computer.wait(2000);
    computer.asleep = 0;
    for (int i = 0; i < 1000; i++) computer.wait(2000);
    CHECK(computer.asleep == 0);
}

TEST_CASE("who could not spin has saved nothing up for long spins in vain") {
    Computer computer(0, 0);
    for (int i = 0; i < 1'000'000; i++) wire_patience_sleeps(&computer.patience, false, 0);  // no CPU to spare
    for (int i = 0; i < 1000; i++) computer.wait(1000000);
    CHECK(computer.asleep == 1000);
    CHECK(computer.spun < computer.waited / 50);
}

TEST_CASE("a spin that lasted for ever, by a clock that jumps, is paid like a long one") {
    for (uint64_t lasted : {~0ull, 1ull << 63, (1ull << 63) - 1, 1ull << 60}) {
        wire_patience patience;
        wire_patience_init(&patience, 1000, 4);
        patience.vain = WIRE_PATIENCE_VAIN;
        wire_patience_time(&patience, 1);
        const int64_t before = patience.credit;
        wire_patience_sleeps(&patience, true, 1 + lasted);
        CAPTURE(lasted);
        CHECK(patience.credit < before);
        CHECK(patience.credit >= before - 128 * static_cast<int64_t>(patience.wake));
    }
}

TEST_CASE("what a wake-up takes is learnt from the short ones, within bounds") {
    std::mt19937 random(3);
    wire_patience patience;
    wire_patience_init(&patience, 1000, 4);
    for (int i = 0; i < 10000; i++) wire_patience_woke(&patience, 40000 + (random() % 4 == 0 ? random() % 10'000'000 : 0));
    CHECK(patience.wake > 35000);
    CHECK(patience.wake < 60000);
    for (int i = 0; i < 10000; i++) wire_patience_woke(&patience, 0);
    CHECK(patience.wake == patience.least_wake);
    for (int i = 0; i < 10000; i++) wire_patience_woke(&patience, ~0ull);
    CHECK(patience.wake <= patience.most_wake);
}
