// SPDX-License-Identifier: MIT
// Ends that come from several sides at once: real threads as cores, many rounds. Under TSan this is a data race test.
#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "fake_arch.h"
#include "futurek/abi/syscall.h"

using namespace futurek;

TEST_CASE("exit on two cores, a crash on a third and a kill: exactly one notice, everything free") {
    fake::Machine machine(4);
    for (int round = 0; round < 300; round++) {
        uint32_t pid = machine.create(3);
        REQUIRE(machine.run(pid).error == 0);
        Process& process = machine.process(pid);
        unsigned core[3] = {process.core_number[0], process.core_number[1], process.core_number[2]};
        uint64_t base = process.arena.address;
        REQUIRE(syscall(core[0], FUTURE_SYS_WAKE, 1, base, base + 64).value == 0);
        REQUIRE(syscall(core[0], FUTURE_SYS_WAKE, 2, base, base + 64).value == 0);
        for (int index = 0; index < 2; index++)
            fake::state->core[core[index]].program = [=](const ProgramStart&, ProgramException&) {
                CHECK(syscall(core[index], FUTURE_SYS_EXIT, static_cast<uint64_t>(index + 1), 0, 0).leave);
                return LeaveReason::stopped;
            };
        fake::state->core[core[2]].program = [](const ProgramStart&, ProgramException& exception) {
            exception = {11, 0, 0, {}};
            return LeaveReason::exception;
        };
        std::atomic<int> ready{0};
        auto turn = [&](unsigned number) {
            for (ready++; ready < 4;) {
            }
            core_turn(number);
        };
        std::thread a(turn, core[0]), b(turn, core[1]), c(turn, core[2]);
        for (ready++; ready < 4;) {
        }
        machine.ask(control_kill_request{pid, 15});
        a.join();
        b.join();
        c.join();
        int notices = 0, exceptions = 0, replies = 0;
        for (const Message& message : machine.take()) {
            if (message.flags() & WIRE_FLAG_REPLY) {
                replies++;
            } else if (message.type() == CONTROL_EXCEPTION_TYPE) {
                exceptions++;
                CHECK(notices == 0);
            } else if (message.type() == CONTROL_EXIT_NOTICE_TYPE) {
                notices++;
            }
        }
        CHECK(notices == 1);
        CHECK(exceptions <= 1);
        CHECK(replies == 1);
        REQUIRE(machine.confirm(pid).error == 0);
        REQUIRE(kernel().machine.free_cores() == 4);
    }
}
