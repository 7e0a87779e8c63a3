// SPDX-License-Identifier: MIT
// Calls that wait for a descriptor which the program closes meanwhile, as real dispatch makes them: they go on with their
// file, as on Linux.
#include <fcntl.h>
#include <pty.h>
#include <unistd.h>

#include "doctest/doctest.h"
#include "fake_program.h"
#include "handlers/file.h"

using namespace fake;

TEST_CASE("a read goes on though its descriptor was closed") {
    constexpr uint16_t kClose = 0x202;
    int pipe_ends[2], terminal_ends[2];  // a terminal is read by a blocked thread in the end
    REQUIRE(pipe2(pipe_ends, O_CLOEXEC) == 0);
    REQUIRE(openpty(&terminal_ends[1], &terminal_ends[0], nullptr, nullptr, nullptr) == 0);
    own_open_descriptors(600);
    FileHandler handler;
    Program program(64, 64, 100, file::serve(handler));
    for (const int* ends : {pipe_ends, terminal_ends}) {
        const int held = fcntl(ends[0], F_DUPFD_CLOEXEC, 600);  // or its other end would hang up
        REQUIRE(program.send(kRead, 1, 1, {static_cast<uint64_t>(ends[0]), Program::kArenaAddress, 8}));
        REQUIRE(program.send(kClose, 2, 1, {static_cast<uint64_t>(ends[0])}));
        const auto closed = program.reply();
        REQUIRE(closed);
        CHECK(closed->error == 0);
        REQUIRE(write(ends[1], "right\n", 6) == 6);
        const auto answer = program.reply();
        REQUIRE(answer);
        CHECK(answer->error == 0);
        CHECK(answer->result == 6);
        CHECK(std::memcmp(program.arena, "right\n", 6) == 0);
        close(held);
        close(ends[1]);
    }
}

TEST_CASE("a write that waited holds its pipe open no longer than until it is answered") {
    constexpr uint16_t kClose = 0x202;
    int ends[2];
    REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    REQUIRE(fcntl(ends[1], F_SETPIPE_SZ, 4096) == 4096);
    own_open_descriptors(600);
    FileHandler handler;
    Program program(64, 64, 100, file::serve(handler));
    char page[4096];
    for (int round = 0; round < 2; round++)  // the second one waits
        REQUIRE(program.send(kWrite, 1 + static_cast<uint32_t>(round), 1, {static_cast<uint64_t>(ends[1]), Program::kArenaAddress, 4096}));
    REQUIRE(program.reply());
    REQUIRE(program.send(kClose, 3, 1, {static_cast<uint64_t>(ends[1])}));
    REQUIRE(program.reply());
    REQUIRE(read(ends[0], page, sizeof page) == 4096);
    const auto answer = program.reply();
    REQUIRE(answer);
    CHECK(answer->result == 4096);
    REQUIRE(read(ends[0], page, sizeof page) == 4096);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    CHECK(read(ends[0], page, sizeof page) == 0);
    close(ends[0]);
}
