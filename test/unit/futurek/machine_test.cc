// SPDX-License-Identifier: MIT
// A real future-machine and its programs: good ones, bad ones, and what they may ask of the kernel.
#include <doctest/doctest.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "hosted_machine.h"

using namespace client;
using namespace futurek;

TEST_CASE("a program exits; the machine ends with its connection") {
    Private p;
    REQUIRE(p.connection.create().error == 0);
    control_exit_notice_request notice = p.connection.run_to_end(blob_exit, 42);
    CHECK(notice.kind == CONTROL_EXITED);
    CHECK(notice.value == 42);
    p.connection.close();
    CHECK(p.machine.wait() == 0);
}

TEST_CASE("a private machine ends whenever its connection closes") {
    for (int stage = 0; stage < 4; stage++) {
        Private p(2);
        if (stage >= 1) REQUIRE(p.connection.create(2).error == 0);
        if (stage >= 2) REQUIRE(p.connection.run(blob_all_loop, 2).error == 0);
        if (stage >= 3) wait_flag(p.connection, 2);
        p.connection.close();
        CHECK(p.machine.wait(700) == 0);  // at once, not when the event loop next looks
    }
}

TEST_CASE("shutdown right after create, on the connection that a core attends") {
    Private p(2);
    REQUIRE(p.connection.create().error == 0);
    CHECK(p.connection.ask(future_device_kill{{FUTURE_VERB_SHUTDOWN, FUTURE_DEVICE_VERSION}, 0, 9}).error == 0);
    CHECK(p.connection.exit_notice().kind == CONTROL_KILLED);
    CHECK(p.machine.wait(700) == 0);
}

TEST_CASE("what the processor refuses ends the program with its signal, and only the program") {
    struct {
        Blob blob;
        int signal;
    } cases[] = {{blob_segv, SIGSEGV}, {blob_divide, SIGFPE},      {blob_illegal, SIGILL},
                 {blob_trap, SIGTRAP}, {blob_raw_syscall, SIGSYS}, {blob_overflow, SIGSEGV}};
    Lasting lasting;
    for (auto& test : cases) {
        CAPTURE(test.signal);
        auto connection = lasting.connect();
        REQUIRE(connection->create().error == 0);
        control_exit_notice_request notice = connection->run_to_end(test.blob, 0x10);
        CHECK(notice.kind == CONTROL_SIGNALLED);
        CHECK(notice.value == test.signal);
        const control_exception_request& exception = connection->exception();
        CHECK(exception.pid == connection->created.pid);
        CHECK(exception.core == 0);
        CHECK(exception.signal == static_cast<uint32_t>(test.signal));
        uint64_t rip = exception.rip, base = connection->created.arena_address;
        CHECK(rip >= base);
        CHECK(rip < base + 65536);
        if (test.blob == blob_segv) CHECK(exception.address == 0x10);
        if (test.blob == blob_overflow) CHECK(exception.address == connection->start->flag - 8);
    }
    CHECK(lasting.idle_within(1000));
}

TEST_CASE("a write behind the arena faults") {
    Private p;
    REQUIRE(p.connection.create().error == 0);
    memcpy(&p.connection.created, p.connection.more.data(), sizeof p.connection.created);
    uint64_t end = p.connection.created.arena_address + p.connection.created.arena_bytes;
    CHECK(p.connection.run_to_end(blob_segv, end).value == SIGSEGV);
    CHECK(p.connection.exception().address == end);
}

TEST_CASE("endless loops on all cores, sleepers, and one that undoes its doorbells can be killed") {
    Lasting lasting(3);
    struct {
        Blob blob;
        uint32_t cores;
        uint64_t flag;
    } cases[] = {{blob_loop, 1, 1}, {blob_sleep, 1, 1}, {blob_all_loop, 3, 3}, {blob_undo_doorbells, 2, 1}};
    for (auto& test : cases)
        for (int round = 0; round < 20; round++) {
            auto connection = lasting.connect();
            REQUIRE(connection->create(test.cores).error == 0);
            REQUIRE(connection->run(test.blob, test.cores).error == 0);
            wait_flag(*connection, test.flag);
            REQUIRE(connection->kill(SIGTERM).error == 0);
            control_exit_notice_request notice = connection->exit_notice();
            REQUIRE(notice.kind == CONTROL_KILLED);
            REQUIRE(notice.value == SIGTERM);
        }
    CHECK(lasting.idle_within(1000));
}

TEST_CASE("exit on one core stops the others, awake or asleep") {
    Lasting lasting(4);
    for (int round = 0; round < 30; round++) {
        auto connection = lasting.connect();
        REQUIRE(connection->create(4).error == 0);
        control_exit_notice_request notice = connection->run_to_end(blob_exit_while_others_run, 4);
        REQUIRE(notice.kind == CONTROL_EXITED);
        REQUIRE(notice.value == 5);
    }
    CHECK(lasting.idle_within(1000));
}

TEST_CASE("calls: registers and the words behind GS survive; map; clock; release; the processor state is clean for the next program") {
    Lasting lasting;
    auto run = [&](Blob blob, uint64_t argument = 0, uint32_t cores = 1) {
        auto connection = lasting.connect();
        REQUIRE(connection->create(cores).error == 0);
        control_exit_notice_request notice = connection->run_to_end(blob, argument);
        CHECK(notice.kind == CONTROL_EXITED);
        return notice.value;
    };
    CHECK(run(blob_check_call) == 0);
    CHECK(run(blob_map) == 0);
    CHECK(run(blob_clock, 50000000) == 0);
    CHECK(run(blob_release, 0, 2) == 0);
    {
        auto connection = lasting.connect();
        REQUIRE(connection->create(2).error == 0);  // both cores
        REQUIRE(connection->run(blob_dirty_processor).error == 0);
        wait_flag(*connection);
        REQUIRE(connection->kill(9).error == 0);
        REQUIRE(connection->exit_notice().kind == CONTROL_KILLED);
    }
    REQUIRE(lasting.idle_within(1000));
    CHECK(run(blob_check_processor) == 0);
    CHECK(run(blob_dirty_exit) == 0);
    REQUIRE(lasting.idle_within(1000));
    CHECK(run(blob_check_processor) == 0);
}

TEST_CASE("the clock follows CLOCK_MONOTONIC over its refresh, by the TSC where that is a clock and by asking Linux") {
    const char* clock = nullptr;
    SUBCASE("TSC") { clock = "tsc"; }
    SUBCASE("Linux") { clock = "linux"; }
    Private p(1, clock);
    REQUIRE(p.connection.create().error == 0);
    REQUIRE(p.connection.run_to_end(blob_clock, 1300000000).value == 0);
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t ahead = static_cast<int64_t>(p.connection.start->flag) - (now.tv_sec * 1000000000ll + now.tv_nsec);
    CHECK(ahead < 1000000);
    CHECK(ahead > -100000000);
}

TEST_CASE("doorbells both ways") {
    Private p;
    REQUIRE(p.connection.create().error == 0);
    REQUIRE(p.connection.run(blob_ring).error == 0);
    wait_flag(p.connection);
    uint64_t rings = 0;
    CHECK(read(p.connection.fds[2], &rings, sizeof rings) == sizeof rings);
    CHECK(rings == 1);
    p.connection.start->flag = 2;
    Connection& c = p.connection;
    REQUIRE(c.channel->header.magic == WIRE_CHANNEL_MAGIC);
    CHECK(c.channel->header.max_calls == 8);
    wire_exchange32(&c.channel->doorbell[0].word, 1);
    // A sleeper may have to be woken: any system call of ours that wakes the futex will do; here the kernel's own.
    CHECK(syscall(202, &c.channel->doorbell[0].word, 1, 1, nullptr, nullptr, 0) >= 0);
    CHECK(p.connection.exit_notice().value == 0);
}

TEST_CASE("a proxy that fills its doorbell lets its own program wait, and it can be killed") {
    Lasting lasting;
    for (int round = 0; round < 400; round++) {
        auto connection = lasting.connect();
        REQUIRE(connection->create(2).error == 0);  // all that there are
        const int bell = connection->fds[2];
        const auto fill = [bell] {
            const uint64_t full = UINT64_MAX - 1;
            uint64_t rings;
            fcntl(bell, F_SETFL, O_NONBLOCK);
            while (write(bell, &full, sizeof full) < 0) (void)!read(bell, &rings, sizeof rings);
            fcntl(bell, F_SETFL, 0);
        };
        if (round % 2) fill();
        REQUIRE(connection->run(blob_ring_for_ever).error == 0);
        wait_flag(*connection);
        if (round % 2 == 0) fill();
        REQUIRE(connection->kill(SIGTERM).error == 0);
        REQUIRE(connection->exit_notice().value == SIGTERM);
    }
    CHECK(lasting.idle_within(1000));
}
