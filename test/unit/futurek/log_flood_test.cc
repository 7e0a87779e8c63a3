// SPDX-License-Identifier: MIT
// A program that writes into the log for ever, and whoever else wants something of its machine.
#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "hosted_machine.h"
#include "idl/wire/barrier.h"
#include "test/slowness.h"

using namespace client;
using namespace futurek;

namespace {

// As a proxy does it, which writes each line: slower than they come.
void read_until_the_end(Connection& writer) {
    for (;;) {
        const std::vector<uint64_t> packet = writer.receive(20000);
        if (packet.empty()) return;
        for (int turn = 0; turn < 300; turn++) wire_pause();
        if (packet[0] && wire_message_type(packet[0]) == CONTROL_EXIT_NOTICE_TYPE) return;
    }
}

template <class Action>
double seconds(Action action) {
    const auto start = std::chrono::steady_clock::now();
    action();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

TEST_CASE("a program that writes into the log for ever keeps nobody from the machine, nor from ending it") {
    Lasting lasting(2);
    double worst = 0;
    for (int round = 0; round < 40; round++) {
        auto writer = lasting.connect();
        REQUIRE(writer->create(1).error == 0);
        REQUIRE(writer->run(blob_log_flood, UINT64_MAX).error == 0);
        std::thread reader([&] { read_until_the_end(*writer); });
        worst = std::max(worst, seconds([&] {
                             auto other = lasting.connect();
                             REQUIRE(other->create(1).error == 0);
                             REQUIRE(other->run_to_end(blob_exit).kind == CONTROL_EXITED);
                         }));
        worst = std::max(worst, seconds([&] {
                             const future_device_kill kill = {{FUTURE_VERB_KILL, FUTURE_DEVICE_VERSION}, 0, SIGTERM};
                             writer->send(&kill, sizeof kill);  // its own, as a proxy does it at Ctrl-C
                             reader.join();
                         }));
    }
    CHECK(worst < test::slowness());
    CHECK(lasting.idle_within(1000));
}
