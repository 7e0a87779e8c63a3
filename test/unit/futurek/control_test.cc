// SPDX-License-Identifier: MIT
// The control protocol and the life of processes, with cores that run when told to.
#include <doctest/doctest.h>

#include "fake_arch.h"
#include "futurek/abi/syscall.h"

using namespace futurek;

namespace {

int64_t error_of(const wire_reply& body) { return static_cast<int64_t>(body.error); }

control_exit_notice_request only_notice(fake::Machine& machine) {
    auto all = machine.take();
    control_exit_notice_request body{};
    REQUIRE(all.size() == 1);
    REQUIRE(all[0].type() == CONTROL_EXIT_NOTICE_TYPE);
    REQUIRE(decode(all[0], body));
    return body;
}

}  // namespace

TEST_CASE("the last core to come up says boot complete, once") {
    fake::Machine machine(3);
    core_online(2);
    core_online(0);
    CHECK(machine.take().empty());
    core_online(1);
    auto all = machine.take();
    REQUIRE(all.size() == 1);
    CHECK(all[0].type() == CONTROL_BOOT_COMPLETE_TYPE);
    control_boot_complete_request body{};
    REQUIRE(decode(all[0], body));
    CHECK(body.cores == 3);
    CHECK(body.memory_bytes == 64 << 20);
}

TEST_CASE("create, run, exit, confirm: everything is free again") {
    fake::Machine machine(4);
    uint32_t pid = machine.create(2);
    CHECK(kernel().machine.free_cores() == 2);
    CHECK(machine.run(pid).error == 0);
    unsigned core = machine.first_core(pid);
    CHECK(fake::state->core[core].started);
    fake::state->core[core].program = [&](const ProgramStart& start, ProgramException&) {
        CHECK(start.core == 0);
        CHECK(syscall(core, FUTURE_SYS_EXIT, 42, 0, 0).leave);
        return LeaveReason::stopped;
    };
    CHECK(core_turn(core));
    CHECK_FALSE(core_turn(core));
    control_exit_notice_request notice = only_notice(machine);
    CHECK(notice.pid == pid);
    CHECK(notice.kind == CONTROL_EXITED);
    CHECK(notice.value == 42);
    CHECK(kernel().machine.free_cores() == 2);  // until confirmed
    CHECK(machine.confirm(pid).error == 0);
    CHECK(kernel().machine.free_cores() == 4);
    CHECK(kernel().machine.memory().largest_free() == 64 << 20);
    CHECK(fake::state->destroyed == 1);
    CHECK(error_of(machine.confirm(pid)) == 3);
}

TEST_CASE("a create that cannot be: which error, with what detail") {
    fake::Machine machine(2, 8 << 20);
    wire_reply body = machine.ask_create(3, 2 << 20);
    CHECK(error_of(body) == 16);
    CHECK(body.more[0] == 2);
    machine.create(1, 4 << 20);
    body = machine.ask_create(2, 2 << 20);
    CHECK(error_of(body) == 16);
    CHECK(body.more[0] == 1);
    body = machine.ask_create(1, 6 << 20);
    CHECK(error_of(body) == 12);
    CHECK(body.more[0] == 4 << 20);
    CHECK(error_of(machine.ask_create(0, 2 << 20)) == 22);
    CHECK(error_of(machine.ask_create(65, 2 << 20)) == 22);
    CHECK(error_of(machine.ask_create(1, 0)) == 22);
    CHECK(error_of(machine.ask_create(1, ~0ull)) == 22);
    CHECK(error_of(machine.ask_create(1, 2 << 20, 2)) == 22);
    machine.create(1, 1);  // rounded up to 2 MiB
    CHECK(kernel().machine.memory().free_bytes() == 2 << 20);
}

TEST_CASE("a port that fails at create leaves nothing taken") {
    fake::Machine machine(2, 8 << 20);
    fake::state->create_fails = 1;
    CHECK(error_of(machine.ask_create(2, 8 << 20)) == 12);
    CHECK(kernel().machine.free_cores() == 2);
    CHECK(kernel().machine.memory().largest_free() == 8 << 20);
    fake::state->create_fails = 1;  // nobody could free anything: to wait would be for ever
    CHECK(error_of(machine.ask_create(2, 8 << 20, FUTURE_CREATE_WAIT)) == 12);
}

TEST_CASE("creates that wait are served in order when cores come free") {
    fake::Machine machine(2);
    uint32_t first = machine.create(2);
    auto wait_for = [&](uint32_t cores, uint32_t ltn) {
        machine.ask(control_create_request{0, cores, 2 << 20, 8, FUTURE_CREATE_WAIT, 1}, ltn);
    };
    wait_for(2, 10);
    wait_for(1, 11);
    wait_for(1, 12);
    CHECK(machine.take().empty());
    CHECK(error_of(machine.ask_create(3, 2 << 20, FUTURE_CREATE_WAIT)) == 16);  // never possible: no waiting
    machine.ask(control_exit_confirm_request{first});
    auto all = machine.take();
    REQUIRE(all.size() == 2);
    CHECK(all[0].type() == CONTROL_EXIT_CONFIRM_TYPE);
    CHECK(all[1].type() == CONTROL_CREATE_TYPE);
    CHECK(all[1].ltn() == 10);
    wire_reply body{};
    REQUIRE(decode_reply(all[1], body));

    SUBCASE("the next two share what the first one leaves") {
        machine.ask(control_exit_confirm_request{static_cast<uint32_t>(body.result)});
        all = machine.take();
        REQUIRE(all.size() == 3);
        CHECK(all[1].ltn() == 11);
        CHECK(all[2].ltn() == 12);
    }
    SUBCASE("who is closed meanwhile is passed over") {
        CHECK(machine.confirm(0, 11).error == 0);
        CHECK(error_of(machine.confirm(0, 11)) == 3);
        machine.ask(control_exit_confirm_request{static_cast<uint32_t>(body.result)});
        all = machine.take();
        REQUIRE(all.size() == 2);
        CHECK(all[1].ltn() == 12);
    }
}

TEST_CASE("the queue of waiting creates has an end") {
    fake::Machine machine(1);
    machine.create(1);
    for (uint32_t index = 0; index < max_waiting; index++)
        machine.ask(control_create_request{0, 1, 2 << 20, 8, FUTURE_CREATE_WAIT, 1}, index);
    CHECK(machine.take().empty());
    CHECK(error_of(machine.ask_create(1, 2 << 20, FUTURE_CREATE_WAIT)) == 16);
}

TEST_CASE("run: each address is checked, and once only") {
    fake::Machine machine;
    uint32_t pid = machine.create(1, 4 << 20);
    uint64_t base = machine.process(pid).arena.address, end = base + (4 << 20);
    auto refused = [&](control_run_request body) {
        machine.ask(body);
        return error_of(machine.reply());
    };
    CHECK(refused({pid + 1, base, base, base + 16, 0}) == 3);
    CHECK(refused({pid, base - 1, base, base + 16, 0}) == 22);
    CHECK(refused({pid, end, base, base + 16, 0}) == 22);
    CHECK(refused({pid, base, end, base + 16, 0}) == 22);
    CHECK(refused({pid, base, ~0ull, base + 16, 0}) == 22);
    CHECK(refused({pid, base, base, base, 0}) == 22);
    CHECK(refused({pid, base, base, base + 8, 0}) == 22);
    CHECK(refused({pid, base, base, end + 16, 0}) == 22);
    CHECK(refused({pid, base, base, end, (4 << 20) + 1}) == 22);
    CHECK(refused({pid, base, base, end, ~0ull}) == 22);
    CHECK(refused({pid, base, base, end, 4 << 20}) == 0);
    CHECK(refused({pid, base, base, end, 0}) == 114);
}

TEST_CASE("kill: before run, while running, while dying, when dead") {
    fake::Machine machine;
    uint32_t pid = machine.create(1);
    CHECK(error_of(machine.kill(pid, 0)) == 22);
    CHECK(error_of(machine.kill(pid, 65)) == 22);
    CHECK(error_of(machine.kill(99, 9)) == 3);

    SUBCASE("before run: dead at once") {
        machine.ask(control_kill_request{pid, 9});
        auto all = machine.take();
        REQUIRE(all.size() == 2);
        CHECK(all[1].type() == CONTROL_EXIT_NOTICE_TYPE);
        CHECK(error_of(machine.run(pid)) == 114);
        CHECK(machine.confirm(pid).error == 0);
    }
    SUBCASE("while running: stop, then the notice when the core has left") {
        machine.run(pid);
        unsigned core = machine.first_core(pid);
        CHECK(machine.kill(pid, 15).error == 0);
        CHECK(fake::state->core[core].stops == 1);
        CHECK(fake::state->ticks_wanted == 1);
        CHECK(machine.kill(pid, 9).error == 0);  // the first reason stays
        CHECK(fake::state->core[core].stops == 1);
        CHECK(tick());  // a program may have undone the stop
        CHECK(fake::state->core[core].stops == 2);
        CHECK(error_of(machine.confirm(pid)) == 16);
        core_turn(core);
        control_exit_notice_request notice = only_notice(machine);
        CHECK(notice.kind == CONTROL_KILLED);
        CHECK(notice.value == 15);
        CHECK_FALSE(tick());
        CHECK(machine.kill(pid, 9).error == 0);
        CHECK(machine.confirm(pid).error == 0);
        CHECK(kernel().machine.free_cores() == 4);
    }
}

TEST_CASE("a context that closes before its process runs frees it; while it runs kills it") {
    fake::Machine machine;
    uint32_t pid = machine.create(4);
    CHECK(machine.confirm(pid).error == 0);
    CHECK(kernel().machine.free_cores() == 4);
    pid = machine.create(4);
    machine.run(pid);
    unsigned core = machine.first_core(pid);
    CHECK(error_of(machine.confirm(pid)) == 16);
    CHECK(kernel().machine.free_cores() == 0);
    core_turn(core);
    CHECK(only_notice(machine).value == 9);
    CHECK(machine.confirm(pid).error == 0);
    CHECK(kernel().machine.free_cores() == 4);
}

TEST_CASE("an exception is told once, with registers, before the exit notice") {
    fake::Machine machine;
    uint32_t pid = machine.create(2);
    machine.run(pid);
    unsigned core = machine.first_core(pid), other = machine.process(pid).core_number[1];
    auto crash = [](const ProgramStart&, ProgramException& exception) {
        exception = {11, 1, 0xdead, {}};
        for (uint64_t index = 0; index < ARCH_REGISTERS; index++) exception.registers[index] = index + 100;
        return LeaveReason::exception;
    };
    fake::state->core[core].program = [&](const ProgramStart& start, ProgramException& exception) {
        uint64_t base = machine.process(pid).arena.address;
        CHECK(syscall(core, FUTURE_SYS_WAKE, 1, base, base + 4096).value == 0);
        return crash(start, exception);
    };
    fake::state->core[other].program = crash;
    core_turn(core);
    CHECK(fake::state->core[other].stops == 1);
    auto all = machine.take();
    REQUIRE(all.size() == 1);
    REQUIRE(all[0].type() == CONTROL_EXCEPTION_TYPE);
    control_exception_request body{};
    REQUIRE(decode(all[0], body));
    CHECK(body.pid == pid);
    CHECK(body.ltn == 0xffffffff);
    CHECK(body.signal == 11);
    CHECK(body.address == 0xdead);
    CHECK(body.rip == 116);
    CHECK(body.rax == 100);
    CHECK(body.rsp == 107);
    CHECK(body.r15 == 115);
    core_turn(other);
    control_exit_notice_request notice = only_notice(machine);
    CHECK(notice.kind == CONTROL_SIGNALLED);
    CHECK(notice.value == 11);
}

TEST_CASE("hostile control messages: unknown types, short bodies, wrong flags get an error") {
    fake::Machine machine;
    uint32_t pid = machine.create(1);
    for (unsigned type = 0; type < 0x10000; type += 7) {
        Message message;
        encode_request(message, control_exit_confirm_request{1000}, 5, 6);
        message.set_header(CONTROL_EXIT_CONFIRM_SIZE, static_cast<uint16_t>(type), 0, 5, 6);
        machine.raw(message);
        auto all = machine.take();
        REQUIRE(all.size() == 1);
        CHECK(all[0].ltn() == 5);
        CHECK(all[0].sequence() == 6);
        wire_reply body{};
        REQUIRE(decode_reply(all[0], body));
        CHECK(body.error != 0);
    }
    CHECK(machine.process(pid).state == FUTURE_PROCESS_CREATED);
}

TEST_CASE("bodies that are no Cap'n Proto structs of their call are refused") {
    fake::Machine machine;
    uint32_t pid = machine.create(1);
    Message message;
    encode_request(message, control_exit_confirm_request{pid}, 5, 6);
    SUBCASE("no data at all") { message.word[2] = 0; }
    SUBCASE("more data than the message holds") { message.word[2] = wire_root_pointer(200, 0); }
    SUBCASE("a root that is no struct") { message.word[2] |= 3; }
    SUBCASE("a word of a later version") { message.word[3] |= 1ull << 32; }
    machine.raw(message);
    CHECK(error_of(machine.reply()) == 71);
    CHECK(machine.process(pid).state == FUTURE_PROCESS_CREATED);
}

TEST_CASE("64 processes, no 65th; pids are not reused soon") {
    fake::Machine machine(64, 256 << 20);
    uint32_t last = 0;
    for (unsigned index = 0; index < max_processes; index++) {
        uint32_t pid = machine.create(1);
        CHECK(pid > last);
        last = pid;
    }
    CHECK(error_of(machine.ask_create(1, 2 << 20)) == 16);
    CHECK(machine.confirm(last).error == 0);
    CHECK(machine.create(1) > last);
}

TEST_CASE("a core that is stopped is told of, with its place, if the program went wrong and it was in the program") {
    struct { bool crashes; int status; uint64_t rip; bool told; } cases[] = {
        {true, 0, 55, true}, {true, 0, 0, false}, {false, 134, 55, true}, {false, 0, 55, false}, {false, 128, 55, false}};
    for (const auto& each : cases) {
        fake::Machine machine;
        uint32_t pid = machine.create(2);
        machine.run(pid);
        unsigned core = machine.first_core(pid), other = machine.process(pid).core_number[1];
        fake::state->core[core].program = [&](const ProgramStart&, ProgramException& exception) {
            uint64_t base = machine.process(pid).arena.address;
            CHECK(syscall(core, FUTURE_SYS_WAKE, 1, base, base + 4096).value == 0);
            exception.signal = 11;
            if (each.crashes) return LeaveReason::exception;
            CHECK(syscall(core, FUTURE_SYS_EXIT, static_cast<uint64_t>(each.status), 0, 0).leave);
            return LeaveReason::stopped;
        };
        fake::state->core[other].program = [&](const ProgramStart&, ProgramException& exception) {
            exception.registers[ARCH_RIP] = each.rip;
            exception.registers[15] = 77;
            return LeaveReason::stopped;
        };
        core_turn(core);
        machine.take();
        core_turn(other);
        auto all = machine.take();
        REQUIRE(all.size() == (each.told ? 2 : 1));
        CHECK(all.back().type() == CONTROL_EXIT_NOTICE_TYPE);
        control_core_stopped_request body{};
        if (!each.told) continue;
        REQUIRE(all[0].type() == CONTROL_CORE_STOPPED_TYPE);
        REQUIRE(decode(all[0], body));
        CHECK(body.pid == pid);
        CHECK(body.core == 1);
        CHECK(body.rip == 55);
        CHECK(body.r15 == 77);
    }
}

TEST_CASE("notices name the context that created the process, in their header") {
    fake::Machine machine(1);
    machine.ask(control_create_request{0, 1, 2 << 20, 8, 0, 77}, 7, 9);
    REQUIRE(machine.reply().error == 0);
    uint32_t pid = kernel().machine.slot(0).pid;
    REQUIRE(machine.run(pid).error == 0);
    unsigned core = machine.first_core(pid);
    fake::state->core[core].program = [](const ProgramStart&, ProgramException& exception) {
        exception = {11, 1, 0, {}};
        return LeaveReason::exception;
    };
    core_turn(core);
    auto all = machine.take();
    REQUIRE(all.size() == 2);
    CHECK(all[0].type() == CONTROL_EXCEPTION_TYPE);
    CHECK(all[1].type() == CONTROL_EXIT_NOTICE_TYPE);
    for (const Message& notice : all) {
        CHECK(notice.ltn() == 7);
        CHECK(notice.sequence() == 9);
    }
}
