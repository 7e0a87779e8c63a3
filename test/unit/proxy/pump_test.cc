// SPDX-License-Identifier: MIT
// The pump against an honest and against a hostile program, both scripted in this process.
#include "pump/pump.h"

#include <fcntl.h>
#include <pty.h>
#include <sys/stat.h>

#include <array>
#include <set>

#include "doctest/doctest.h"
#include "fake_program.h"

using namespace fake;

namespace {

struct Pipe {
    int read_end, write_end;
    Pipe() {
        int ends[2];
        REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
        read_end = ends[0];
        write_end = ends[1];
    }
    ~Pipe() {
        close(read_end);
        close(write_end);
    }
};

void settle() { std::this_thread::sleep_for(std::chrono::milliseconds(20)); }

}  // namespace

TEST_CASE("a call is answered once, with the sender's value, under its ltn and sequence") {
    Program program;
    for (uint32_t i = 0; i < 2000; i++) {
        REQUIRE(program.send(kNop, i % 64, i, {i * 3ull}));
        const auto answer = program.reply();
        REQUIRE(answer);
        CHECK(answer->ltn == i % 64);
        CHECK(answer->sequence == i);
        CHECK(answer->result == i * 3);
    }
    CHECK_FALSE(program.reply(10));
}

TEST_CASE("a sleeping pump is woken by the doorbell, whatever its other owner does to that") {
    for (int flags : {0, O_NONBLOCK}) {
        Program program(64, 64, 0);
        fcntl(program.doorbell, F_SETFL, flags);
        for (int i = 0; i < 50; i++) {
            std::this_thread::sleep_for(std::chrono::microseconds(300));
            if (i == 25) fcntl(program.doorbell, F_SETFL, flags ^ O_NONBLOCK);
            REQUIRE(program.nop_works(1));
        }
    }
}

TEST_CASE("a thread asleep in read(2) on the doorbell hears of a call that is parked") {
    Program program(64, 8, 100000);
    Pipe held, awaited;
    for (uint32_t round = 0; round < 5; round++) {
        REQUIRE(program.send(kHold, 1, round, {static_cast<uint64_t>(held.read_end)}));  // blocks; the second thread …
        std::this_thread::sleep_for(std::chrono::milliseconds(100));                      // … spins, and is asleep
        REQUIRE(write(held.write_end, "x", 1) == 1);
        REQUIRE(program.reply());  // the first one leads, and parks …
        REQUIRE(program.send(kRead, 2, round, {static_cast<uint64_t>(awaited.read_end), Program::kArenaAddress, 8}));
        REQUIRE(program.send(kPause, 3, round, {}));  // … and blocks
        settle();
        REQUIRE(write(awaited.write_end, "right!", 6) == 6);
        auto answer = program.reply();
        REQUIRE(answer);
        CHECK(answer->ltn == 2);
        REQUIRE(program.send(kCancel, 3, 0, {round}, WIRE_FLAG_ONEWAY));
        answer = program.reply();
        REQUIRE(answer);
        CHECK(answer->error == EINTR);
    }
}

TEST_CASE("stop does not wait for a doorbell that its other owner lets block") {
    const uint64_t full = UINT64_MAX - 1;
    for (int round = 0; round < 20; round++) {
        Program program(64, 8, 0);
        Pipe pipe;
        REQUIRE(program.send(kRead, 1, 1, {static_cast<uint64_t>(pipe.read_end), Program::kArenaAddress, 8}));
        settle();  // parked: nobody sleeps in read(2), which would empty the doorbell
        for (uint32_t ltn = 10; ltn < 16; ltn++) {
            const uint64_t message[WIRE_LINE_WORDS] = {wire_publish_word(24, kPause, 0), wire_who_word(ltn, 1)};
            REQUIRE(wire_send(&program.requests, message) > 0);
        }
        uint64_t rings;
        fcntl(program.doorbell, F_SETFL, O_NONBLOCK);
        (void)!read(program.doorbell, &rings, sizeof rings);
        fcntl(program.doorbell, F_SETFL, 0);
        REQUIRE(write(program.doorbell, &full, sizeof full) == sizeof full);  // who leaves the ring rings for the rest
        settle();
        program.pump->stop();
    }
}

TEST_CASE("a call that no interruption ends is named, and waited for") {
    Program program;
    Pipe held;
    std::vector<std::string> said;
    const auto late = [&](const std::string& calls) {
        said.push_back(calls);
        REQUIRE(write(held.write_end, "x", 1) == 1);
    };
    REQUIRE(program.send(kPause, 1, 1, {}));
    REQUIRE(program.send(kDeaf, 2, 1, {static_cast<uint64_t>(held.read_end)}));
    settle();
    program.pump->stop(late);
    CHECK(said == std::vector<std::string>{"file.deaf"});
}

TEST_CASE("a stop that waits for nobody names nobody") {
    Program program;
    REQUIRE(program.send(kPause, 1, 1, {}));
    REQUIRE(program.nop_works(2));
    settle();
    bool said = false;
    program.pump->stop([&said](const std::string&) { said = true; });
    CHECK(!said);
}

TEST_CASE("forged requests end the program, never the proxy") {
    Program program;
    const auto who = wire_who_word(1, 1);
    const auto root = wire_root_pointer(1, 0);
    SUBCASE("size 8") { program.forge(8); CHECK(program.verdict() != ""); }
    SUBCASE("size not a multiple of 8") { program.forge(wire_publish_word(33, kNop, 0)); CHECK(program.verdict() != ""); }
    SUBCASE("size beyond the ring") { program.forge(0xfffffff8); CHECK(program.verdict() != ""); }
    SUBCASE("unknown flags") { program.send_raw(wire_publish_word(32, kNop, 4), who, {root, 1}); CHECK(program.verdict().find("flags") != std::string::npos); }
    SUBCASE("a reply") { program.send_raw(wire_publish_word(32, kNop, WIRE_FLAG_REPLY), who, {root, 1}); CHECK(program.verdict() != ""); }
    SUBCASE("oneway where an answer is due") { program.send_raw(wire_publish_word(32, kNop, WIRE_FLAG_ONEWAY), who, {root, 1}); CHECK(program.verdict() != ""); }
    SUBCASE("unknown slot") { program.send_raw(wire_publish_word(32, 0x7f00, 0), who, {root, 1}); CHECK(program.verdict() != ""); }
    SUBCASE("unknown call") { program.send_raw(wire_publish_word(32, 0x2ff, 0), who, {root, 1}); CHECK(program.verdict() != ""); }
    SUBCASE("a gap among the calls") { program.send_raw(wire_publish_word(32, 0x200, 0), who, {root, 1}); CHECK(program.verdict() != ""); }
    SUBCASE("ltn out of range") { program.send_raw(wire_publish_word(32, kNop, 0), wire_who_word(64, 1), {root, 1}); CHECK(program.verdict().find("thread 64") != std::string::npos); }
    SUBCASE("ltn far out of range") { program.send_raw(wire_publish_word(32, kNop, 0), wire_who_word(~0u, 1), {root, 1}); CHECK(program.verdict() != ""); }
    SUBCASE("a body too short for its call") { program.send_raw(wire_publish_word(24, kNop, 0), who, {root}); CHECK(program.verdict() != ""); }
    SUBCASE("a cancel without a body") { program.send_raw(wire_publish_word(24, kCancel, WIRE_FLAG_ONEWAY), who, {0}); CHECK(program.verdict() != ""); }
    SUBCASE("a cancel from nowhere") { program.send_raw(wire_publish_word(32, kCancel, WIRE_FLAG_ONEWAY), wire_who_word(99, 0), {root, 1}); CHECK(program.verdict() != ""); }
}

TEST_CASE("nothing is served after the first malformed message") {
    Program program;
    program.forge(8);
    CHECK(program.verdict() != "");
    program.send(kNop, 1, 1, {1});
    CHECK_FALSE(program.reply(50));
}

TEST_CASE("a second request of a thread whose call is in flight ends the program") {
    Program program;
    Pipe waiting;
    program.send(kRead, 3, 1, {static_cast<uint64_t>(waiting.read_end), Program::kArenaAddress, 10});
    settle();
    program.send(kNop, 3, 2, {1});
    CHECK(program.verdict().find("thread 3") != std::string::npos);
}

TEST_CASE("addresses outside the arena and descriptors of the proxy are refused") {
    Program program;
    const struct { uint64_t fd, address, bytes; int error; } cases[] = {
        {1, Program::kArenaAddress - 1, 1, EFAULT},
        {1, Program::kArenaAddress, Program::kArenaBytes + 1, EFAULT},
        {1, Program::kArenaAddress + Program::kArenaBytes, 1, EFAULT},
        {1, ~0ull, ~0ull, EFAULT},
        {1, 0, 8, EFAULT},
        {600, Program::kArenaAddress, 1, EBADF},
        {0xffffffff, Program::kArenaAddress, 1, EBADF},
        {static_cast<uint64_t>(program.pump->failure_event()), Program::kArenaAddress, 8, EBADF},
    };
    uint32_t sequence = 0;
    for (const auto& c : cases) {
        program.send(kWrite, 1, ++sequence, {c.fd, c.address, c.bytes});
        const auto answer = program.reply();
        REQUIRE(answer);
        CHECK(answer->error == c.error);
    }
    CHECK(program.pump->failure().signal == 0);
}

TEST_CASE("a blocked call never delays another: pipes, terminals, FIFOs and what cannot be polled") {
    Program program(64, 64, 50);
    Pipe pipes[4];
    int terminal, slave;
    REQUIRE(openpty(&terminal, &slave, nullptr, nullptr, nullptr) == 0);
    char folder[] = "/tmp/future-pump-XXXXXX";
    REQUIRE(mkdtemp(folder));
    const std::string fifo_path = std::string(folder) + "/fifo";
    REQUIRE(mkfifo(fifo_path.c_str(), 0600) == 0);
    const int fifo = open(fifo_path.c_str(), O_RDWR);

    uint32_t ltn = 1;
    std::set<uint32_t> blocked;
    const auto read_from = [&](int fd) {
        blocked.insert(ltn);
        REQUIRE(program.send(kRead, ltn, ltn, {static_cast<uint64_t>(fd), Program::kArenaAddress + 4096 * ltn, 100}));
        ltn++;
    };
    for (Pipe& each : pipes) read_from(each.read_end);
    read_from(slave);
    read_from(fifo);
    for (int i = 0; i < 16; i++) {
        REQUIRE(program.send(kPause, 40 + i, 1, {}));
        REQUIRE(program.nop_works(0));
    }
    for (int i = 0; i < 500; i++) REQUIRE(program.nop_works(0));

    for (Pipe& each : pipes) REQUIRE(write(each.write_end, "12345", 5) == 5);
    REQUIRE(write(terminal, "line\n", 5) == 5);
    REQUIRE(write(fifo, "12345", 5) == 5);
    while (!blocked.empty()) {
        const auto answer = program.reply();
        REQUIRE(answer);
        CHECK(answer->result == 5);
        CHECK(blocked.erase(answer->ltn) == 1);
    }
    for (int fd : {terminal, slave, fifo}) close(fd);
    unlink(fifo_path.c_str());
    rmdir(folder);
}

TEST_CASE("what cannot be tried without blocking, but polled, takes no thread while it waits") {
    Program program(64, 4, 0);  // four threads
    std::vector<std::array<int, 2>> terminals(20);
    for (uint32_t i = 0; i < terminals.size(); i++) {
        REQUIRE(openpty(&terminals[i][0], &terminals[i][1], nullptr, nullptr, nullptr) == 0);
        REQUIRE(program.send(kRead, i, 1, {static_cast<uint64_t>(terminals[i][1]), Program::kArenaAddress + 4096 * i, 100}));
    }
    REQUIRE(program.nop_works(50));
    for (uint32_t i = static_cast<uint32_t>(terminals.size()); i-- > 0;) {
        REQUIRE(write(terminals[i][0], "line\n", 5) == 5);
        const auto answer = program.reply();
        REQUIRE(answer);
        CHECK(answer->ltn == i);
        CHECK(answer->result == 5);
    }
    for (const auto& ends : terminals)
        for (int fd : ends) close(fd);
}

TEST_CASE("calls beyond the thread limit wait in a queue, and are cancelled there") {
    Program program(64, 4, 0);
    for (uint32_t i = 0; i < 10; i++) REQUIRE(program.send(kPause, i, i, {}));
    REQUIRE(program.nop_works(50));
    for (uint32_t i = 10; i-- > 0;) {
        REQUIRE(program.send(kCancel, i, 0, {i}, WIRE_FLAG_ONEWAY));
        const auto answer = program.reply();
        REQUIRE(answer);
        CHECK(answer->ltn == i);
        CHECK(answer->error == EINTR);
    }
    CHECK(program.nop_works(50));
}

TEST_CASE("cancel: exactly one reply, whatever it meets") {
    Program program;
    Pipe pipe;
    uint64_t interrupted = 0;
    for (uint32_t i = 1; i <= 400; i++) {
        const bool polled = i % 2;
        if (polled) REQUIRE(program.send(kRead, 1, i, {static_cast<uint64_t>(pipe.read_end), Program::kArenaAddress, 1}));
        else REQUIRE(program.send(kPause, 1, i, {}));
        if (polled && i % 3 == 0) REQUIRE(write(pipe.write_end, "x", 1) == 1);
        if (i % 5 == 0) std::this_thread::sleep_for(std::chrono::microseconds(100));
        REQUIRE(program.send(kCancel, 1, 0, {i - 1}, WIRE_FLAG_ONEWAY));  // stale: ignored
        REQUIRE(program.send(kCancel, 1, 0, {i}, WIRE_FLAG_ONEWAY));
        REQUIRE(program.send(kCancel, 1, 0, {i}, WIRE_FLAG_ONEWAY));
        const auto answer = program.reply();
        REQUIRE(answer);
        CHECK(answer->sequence == i);
        interrupted += answer->error == EINTR;
        char left;
        fcntl(pipe.read_end, F_SETFL, O_NONBLOCK);
        while (read(pipe.read_end, &left, 1) == 1) continue;
        fcntl(pipe.read_end, F_SETFL, 0);
    }
    CHECK(interrupted > 200);
    CHECK_FALSE(program.reply(20));
}

TEST_CASE("a reply ring that is never drained delays no request; drained, it gives every reply once") {
    constexpr uint32_t kThreads = 2 * Program::kLines;
    Program program(kThreads);
    for (uint32_t ltn = 0; ltn < kThreads; ltn++)
        for (int tries = 0; !program.send(kNop, ltn, ltn, {ltn}); tries++) {
            REQUIRE(tries < 100000);
            std::this_thread::sleep_for(std::chrono::microseconds(50));
        }
    settle();
    std::set<uint32_t> seen;
    for (uint32_t i = 0; i < kThreads; i++) {
        const auto answer = program.reply();
        REQUIRE(answer);
        CHECK(seen.insert(answer->ltn).second);
    }
    CHECK_FALSE(program.reply(20));
    CHECK(program.nop_works(3));
}

TEST_CASE("a read goes on with the file it began with, though its descriptor was closed and reused") {
    Program program;
    Pipe pipe;
    int terminal, slave;  // which is read by a blocked thread in the end
    REQUIRE(openpty(&terminal, &slave, nullptr, nullptr, nullptr) == 0);
    const int ends[][2] = {{pipe.read_end, pipe.write_end}, {slave, terminal}};
    for (const auto& [read_end, write_end] : ends) {
        Pipe other;
        const int shown = fcntl(read_end, F_DUPFD_CLOEXEC, 300);
        REQUIRE(program.send(kRead, 1, 1, {static_cast<uint64_t>(shown), Program::kArenaAddress, 8}));
        REQUIRE(program.nop_works(2));
        REQUIRE(dup2(other.read_end, shown) == shown);
        REQUIRE(write(other.write_end, "wrong", 5) == 5);
        REQUIRE(write(write_end, "right\n", 6) == 6);
        const auto answer = program.reply();
        REQUIRE(answer);
        CHECK(answer->result == 6);
        CHECK(std::memcmp(program.arena, "right\n", 6) == 0);
        close(shown);
    }
    close(terminal), close(slave);
}

TEST_CASE("EAGAIN is the program's when it asked for it") {
    Program program;
    Pipe pipe;
    int terminal, slave;
    REQUIRE(openpty(&terminal, &slave, nullptr, nullptr, nullptr) == 0);
    for (int fd : {pipe.read_end, slave}) {
        fcntl(fd, F_SETFL, O_NONBLOCK);
        REQUIRE(program.send(kRead, 1, 1, {static_cast<uint64_t>(fd), Program::kArenaAddress, 8}));
        const auto answer = program.reply();
        REQUIRE(answer);
        CHECK(answer->error == EAGAIN);
    }
    close(terminal), close(slave);
}

TEST_CASE("a doorbell storm and flickering words cost time, not correctness") {
    Program program;
    std::atomic<bool> stop{false};
    std::thread storm([&] {
        const uint64_t one = 1;
        while (!stop) {
            (void)!write(program.doorbell, &one, sizeof one);
            wire_store32(&program.channel->request.room.word, 1);
            wire_store(&program.channel->sleepers.word, ~0ull);
            wire_store(&program.channel->header.reserved[0], ~0ull);
            std::this_thread::sleep_for(std::chrono::microseconds(20));
        }
    });
    for (int i = 0; i < 1000; i++) REQUIRE(program.nop_works(5));
    stop = true;
    storm.join();
}

TEST_CASE("stop ends calls in flight and touches nothing afterwards") {
    Pipe pipe;
    for (int round = 0; round < 20; round++) {
        Program program(64, 8, 10);
        for (uint32_t i = 0; i < 20; i++)
            if (i % 2) REQUIRE(program.send(kPause, i, 1, {}));
            else REQUIRE(program.send(kRead, i, 1, {static_cast<uint64_t>(pipe.read_end), Program::kArenaAddress, 1}));
        if (round % 2) settle();
        program.pump->stop();
        std::memset(program.arena, 0x5a, 64);
        REQUIRE(write(pipe.write_end, "x", 1) == 1);
        CHECK(static_cast<int>(program.arena[0]) == 0x5a);
        char taken;
        CHECK(read(pipe.read_end, &taken, 1) == 1);
    }
}

TEST_CASE("data that arrives while a call is being parked is not missed") {
    Program program(64, 8, 20);
    Pipe pipe;
    REQUIRE(program.send(kPause, 9, 1, {}));  // hence followers, who take the events
    std::atomic<uint32_t> asked{0};
    constexpr uint32_t kRounds = 5000;
    std::thread writer([&] {
        for (uint32_t i = 1; i <= kRounds; i++) {
            while (asked.load() < i) std::this_thread::yield();
            for (uint32_t pause = 0; pause < i % 64 * 20; pause++) wire_pause();
            (void)!write(pipe.write_end, "x", 1);
        }
    });
    uint32_t answered = 0;
    for (uint32_t i = 1; i <= kRounds; i++) {
        program.send(kRead, 1, i, {static_cast<uint64_t>(pipe.read_end), Program::kArenaAddress, 1});
        asked = i;
        if (!program.reply(2000)) break;
        answered++;
    }
    asked = kRounds;
    writer.join();
    CHECK(answered == kRounds);
}
