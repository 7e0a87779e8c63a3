// SPDX-License-Identifier: MIT
// Calls that wait for a descriptor and find, once poll(2) calls it ready, that somebody else took what was there: they
// block then, and nobody else may wait for that.
#include "doctest/doctest.h"
#include "fake_program.h"

using namespace fake;

namespace {

struct Pipes {
    int stolen[2], other[2];
    Pipes() { REQUIRE((pipe(stolen) == 0 && pipe(other) == 0)); }
    ~Pipes() {
        for (int fd : {stolen[0], stolen[1], other[0], other[1]}) close(fd);
    }
};

void cancel(Program& program, uint32_t ltn) {
    REQUIRE(program.send(kCancel, ltn, 0, {1}, WIRE_FLAG_ONEWAY));
    const auto answer = program.reply();
    REQUIRE(answer);
    CHECK(answer->ltn == ltn);
    CHECK(answer->error == EINTR);
}

}  // namespace

TEST_CASE("found by a leader who is busy: the ring is served on") {
    for (int round = 0; round < 5; round++) {
        Program program(64, 8, 100000000);
        Pipes pipes;
        REQUIRE(program.send(kTurn, 1, 1, {static_cast<uint64_t>(pipes.stolen[0])}));
        for (int i = 0; i < 10; i++) REQUIRE(program.nop_works(2));
        REQUIRE(write(pipes.stolen[1], "x", 1) == 1);
        for (int i = 0; i < 100; i++) REQUIRE(program.nop_works(2));
        cancel(program, 1);
    }
}

TEST_CASE("found by a sleeper whom two descriptors wake: the other one's call is answered") {
    for (int round = 0; round < 20; round++) {
        Program program(64, 8, 0);
        Pipes pipes;
        REQUIRE(program.send(kTurn, 1, 1, {static_cast<uint64_t>(pipes.stolen[0])}));
        REQUIRE(program.send(kRead, 2, 1, {static_cast<uint64_t>(pipes.other[0]), Program::kArenaAddress, 8}));
        REQUIRE(program.nop_works(3));
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        REQUIRE(write(pipes.stolen[1], "x", 1) == 1);
        REQUIRE(write(pipes.other[1], "right!", 6) == 6);
        const auto answer = program.reply();
        REQUIRE(answer);
        CHECK(answer->ltn == 2);
        CHECK(answer->result == 6);
        cancel(program, 1);
    }
}

// Two threads: one comes back from its call, leads again, and answers; only then does the other one queue a call.
TEST_CASE("queued when a thread is about to be free: not left for the next one") {
    for (int round = 0; round < 20; round++) {
        Program program(64, 2, 0);
        Pipes pipes;
        REQUIRE(program.send(kLate, 1, 1, {static_cast<uint64_t>(pipes.other[0])}));
        REQUIRE(program.send(kPause, 2, 1, {}));
        REQUIRE(program.nop_works(3));
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        program.on_bell = [&] {
            REQUIRE(write(pipes.other[1], "x", 1) == 1);
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        };
        wire_declare_sleeper(program.channel, 0);
        cancel(program, 2);
        const auto answer = program.reply(500);
        REQUIRE(answer);
        CHECK(answer->ltn == 1);
        CHECK(answer->result == getppid());
    }
}
