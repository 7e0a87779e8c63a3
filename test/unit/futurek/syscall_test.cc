// SPDX-License-Identifier: MIT
// The eight system calls with good and with bad arguments. A refused call changes nothing.
#include <doctest/doctest.h>

#include <string.h>

#include "fake_arch.h"
#include "futurek/abi/syscall.h"

using namespace futurek;

namespace {

constexpr uint64_t arena_bytes = 4 << 20, reserved = 65536;

// A running process of two cores; the test speaks for its program.
struct Running {
    fake::Machine machine;
    uint32_t pid = machine.create(2, arena_bytes);
    wire_reply ran = machine.run(pid);
    Process& process = machine.process(pid);
    unsigned core = process.core_number[0], other = process.core_number[1];
    uint64_t base = process.arena.address;

    int64_t call(uint64_t number, uint64_t a = 0, uint64_t b = 0, uint64_t c = 0) {
        SyscallResult result = syscall(core, number, a, b, c);
        CHECK_FALSE(result.leave);
        return result.value;
    }
    int64_t allocate(uint64_t bytes) { return call(FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, 0, bytes); }
    int64_t release(uint64_t at, uint64_t bytes) { return call(FUTURE_SYS_MAP, FUTURE_MAP_FREE, at, bytes); }
    int64_t protect(uint64_t at, uint64_t bytes, uint64_t how) {
        return call(FUTURE_SYS_MAP, FUTURE_MAP_PROTECT | how << 8, at, bytes);
    }
};

}  // namespace

TEST_CASE("numbers that are no call") {
    Running r;
    CHECK(r.call(FUTURE_SYS_COUNT) == -38);
    CHECK(r.call(~0ull) == -38);
}

TEST_CASE("map: what was freed is zero and comes again, the loader's part never") {
    Running r;
    int64_t at = r.allocate(8192);
    REQUIRE(at == static_cast<int64_t>(r.base + arena_bytes - 8192));
    memset(reinterpret_cast<void*>(at), 0xee, 8192);
    CHECK(r.release(static_cast<uint64_t>(at), 8192) == 0);
    CHECK(r.allocate(8192) == at);
    for (int index = 0; index < 8192; index++) REQUIRE(reinterpret_cast<char*>(at)[index] == 0);
    CHECK(r.allocate(arena_bytes - reserved) == -12);
    CHECK(r.call(FUTURE_SYS_INFO, FUTURE_INFO_LARGEST_FREE) == static_cast<int64_t>(arena_bytes - reserved - 8192));
    CHECK(r.allocate(arena_bytes - reserved - 8192) > 0);
    CHECK(r.call(FUTURE_SYS_INFO, FUTURE_INFO_FREE_BYTES) == 0);
}

TEST_CASE("map: a range at its place, and what is expected there changes nothing") {
    Running r;
    const int64_t place = static_cast<int64_t>(r.base + reserved);
    CHECK(r.call(FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, r.base + reserved, 8192) == place);
    CHECK(r.call(FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, r.base + reserved + 4096, 8192) == -12);
    CHECK(r.call(FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, r.base + reserved + 8192, 4096) == place + 8192);
    for (uint64_t stride : {0, 1, 2, 3, 4, 1 << 20})
        CHECK(r.call(FUTURE_SYS_MAP, FUTURE_MAP_EXPECT | stride << 8, r.base + reserved, 12288) == 0);
    CHECK(r.call(FUTURE_SYS_MAP, FUTURE_MAP_EXPECT, r.base + reserved, 16384) == -22);
    CHECK(r.release(r.base + reserved, 12288) == 0);
}

TEST_CASE("map: more than the arena is too much, even if the loader keeps nothing for itself") {
    fake::Machine machine;
    uint32_t pid = machine.create(1, arena_bytes);
    const Arena& arena = machine.process(pid).arena;
    machine.ask(control_run_request{pid, arena.address, arena.address, arena.address + 65536, 0});
    CHECK(machine.reply().error == 0);
    auto allocate = [&](uint64_t bytes) {
        return syscall(machine.first_core(pid), FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, 0, bytes).value;
    };
    CHECK(allocate(arena_bytes + 4096) == -12);
    CHECK(allocate(~0xfffull) == -12);
    CHECK(allocate(arena_bytes) == static_cast<int64_t>(arena.address));
}

TEST_CASE("map: bad arguments") {
    Running r;
    CHECK(r.allocate(0) == -22);
    CHECK(r.allocate(100) == -22);
    CHECK(r.allocate(~0ull & ~4095ull) == -12);
    CHECK(r.call(FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, r.base, 4096) == -12);  // the loader's
    CHECK(r.call(FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, r.base + reserved + 1, 4096) == -22);
    CHECK(r.call(FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, r.base + arena_bytes, 4096) == -22);
    CHECK(r.call(FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, r.base + reserved, arena_bytes) == -22);
    CHECK(r.call(FUTURE_SYS_MAP, FUTURE_MAP_EXPECT, r.base + reserved, 4096) == -22);  // not allocated
    CHECK(r.call(FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE | 1 << 8, 0, 4096) == -22);
    CHECK(r.call(FUTURE_SYS_MAP, 0, 0, 4096) == -22);
    CHECK(r.call(FUTURE_SYS_MAP, 5, r.base, 4096) == -22);
    CHECK(r.release(r.base, 4096) == -22);             // the loader's
    CHECK(r.release(r.base + reserved, 4096) == -22);  // not allocated
    uint64_t at = static_cast<uint64_t>(r.allocate(8192));
    CHECK(r.release(at + 1, 4096) == -22);
    CHECK(r.release(at, 4097) == -22);
    CHECK(r.release(at, 12288) == -22);
    CHECK(r.release(at - 4096, 8192) == -22);
    CHECK(r.release(at, ~0ull & ~4095ull) == -22);
    CHECK(r.release(r.base - 4096, 4096) == -22);
    CHECK(r.release(r.base + arena_bytes, 4096) == -22);
    CHECK(r.release(at + 4096, 4096) == 0);
    CHECK(r.release(at, 8192) == -22);  // half of it is gone
    CHECK(r.release(at, 4096) == 0);
}

TEST_CASE("protect: image and allocated pages only; a machine out of mappings changes nothing") {
    Running r;
    uint64_t at = static_cast<uint64_t>(r.call(FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, r.base + reserved, 8192));
    CHECK(r.protect(at, 4096, FUTURE_PROT_NONE) == 0);
    CHECK(r.protect(r.base, 4096, FUTURE_PROT_READ) == 0);
    CHECK(r.protect(at - 4096, 8192, FUTURE_PROT_READ | FUTURE_PROT_WRITE) == 0);
    CHECK(r.protect(at, 4096, FUTURE_PROT_WRITE) == -22);
    CHECK(r.protect(at, 4096, 4) == -22);
    CHECK(r.protect(at, 12288, FUTURE_PROT_READ) == -22);
    CHECK(r.protect(at - 4096, 16384, FUTURE_PROT_READ) == -22);
    fake::state->protect_fails = 1;
    CHECK(r.protect(at + 4096, 4096, FUTURE_PROT_NONE) == -12);
    CHECK_FALSE(r.process.pages.any_guarded((at + 4096 - r.base) / page_bytes, 1));
    fake::state->protect_fails = 1;
    CHECK(r.release(at, 4096) == -12);  // a guarded page that cannot be opened stays allocated
    CHECK(r.release(at, 8192) == 0);
}

TEST_CASE("wake: starts an idle core once, rings any, refuses what is not ours") {
    Running r;
    CHECK(r.call(FUTURE_SYS_WAKE, 2, r.base, r.base + 64) == -22);
    CHECK(r.call(FUTURE_SYS_WAKE, ~0ull, 0, 0) == -22);
    CHECK(r.call(FUTURE_SYS_WAKE, 1, r.base - 1, r.base + 64) == -22);
    CHECK(r.call(FUTURE_SYS_WAKE, 1, r.base, r.base + 60) == -22);
    CHECK(r.call(FUTURE_SYS_WAKE, 1, r.base, r.base) == -22);
    CHECK(r.call(FUTURE_SYS_WAKE, 1, r.base, r.base + arena_bytes + 16) == -22);
    CHECK_FALSE(fake::state->core[r.other].started);
    CHECK(r.call(FUTURE_SYS_WAKE, 0, r.base, r.base + 64) == -114);
    CHECK(r.call(FUTURE_SYS_WAKE, 1, 0, 0) == 0);
    CHECK(r.call(FUTURE_SYS_WAKE, 1, r.base, r.base + arena_bytes) == 0);
    CHECK(fake::state->core[r.other].started);
    CHECK(r.call(FUTURE_SYS_WAKE, 1, r.base, r.base + 64) == -114);

    fake::state->core[r.other].program = [&](const ProgramStart& start, ProgramException&) {
        CHECK(start.core == 1);
        CHECK(start.start_block == r.base + 4096);
        CHECK(syscall(r.other, FUTURE_SYS_RELEASE_CORE, 0, 0, 0).leave);
        return LeaveReason::stopped;
    };
    core_turn(r.other);
    CHECK(r.machine.take().empty());  // released: the process lives on
    CHECK(r.call(FUTURE_SYS_WAKE, 1, r.base, r.base + 64) == 0);
}

TEST_CASE("a core learns of another program once, before it runs it; not at each entry") {
    fake::Machine machine(2);
    fake::Core& core = fake::state->core[1];
    int entries = 0, changes_at_entry = -1;
    core.program = [&](const ProgramStart&, ProgramException&) {
        entries++;
        changes_at_entry = core.changes;
        CHECK(syscall(1, FUTURE_SYS_RELEASE_CORE, 0, 0, 0).leave);
        return LeaveReason::stopped;
    };
    for (int program = 1; program <= 3; program++) {
        const uint32_t pid = machine.create(2, arena_bytes);
        REQUIRE(machine.run(pid).error == 0);
        REQUIRE(machine.process(pid).core_number[1] == 1);
        const uint64_t base = machine.process(pid).arena.address;
        for (int entry = 0; entry < 3; entry++) {
            CHECK(syscall(0, FUTURE_SYS_WAKE, 1, base, base + 64).value == 0);
            CHECK(core_turn(1));
            CHECK(changes_at_entry == program);  // the first one's too: before it there was Linux
        }
        CHECK(syscall(0, FUTURE_SYS_EXIT, 0, 0, 0).leave);
        CHECK(core_turn(0));
        machine.take();
        REQUIRE(machine.confirm(pid).error == 0);
    }
    CHECK(entries == 9);
    CHECK(core.changes == 3);
}

TEST_CASE("no core starts in a dying process") {
    Running r;
    r.machine.kill(r.pid, 9);
    CHECK(syscall(r.core, FUTURE_SYS_WAKE, 1, r.base, r.base + 64).leave);
    CHECK_FALSE(fake::state->core[r.other].started);
}

TEST_CASE("a process whose cores are all released lives until it is killed") {
    Running r;
    core_turn(r.core);
    CHECK(r.machine.take().empty());
    r.machine.ask(control_kill_request{r.pid, 9});
    CHECK(r.machine.take().size() == 2);  // reply and notice
}

TEST_CASE("log: cut, cleaned, checked") {
    Running r;
    auto* text = reinterpret_cast<char*>(r.base);
    memcpy(text, "hello\x1b[2J\n", 11);
    CHECK(r.call(FUTURE_SYS_LOG, r.base, 10) == 0);
    CHECK(fake::state->console.back() == "program 1: hello?[2J");
    CHECK(r.call(FUTURE_SYS_LOG, r.base, ~0ull) == 0);
    CHECK(fake::state->console.back().size() == CONTROL_LOG_BYTES);
    CHECK(r.call(FUTURE_SYS_LOG, r.base - 1, 10) == -14);
    CHECK(r.call(FUTURE_SYS_LOG, r.base + arena_bytes - 5, 10) == -14);
    fake::state->readable = false;  // it protected its own text
    CHECK(r.call(FUTURE_SYS_LOG, r.base, 10) == -14);
}

TEST_CASE("a log that nobody takes is cut off, and leaves room for what must go through") {
    Running r;
    for (int index = 0; index < 20000; index++) CHECK(r.call(FUTURE_SYS_LOG, r.base, 500) == 0);
    syscall(r.core, FUTURE_SYS_EXIT, 3, 0, 0);
    core_turn(r.core);
    CHECK(r.machine.take().size() == 1);
    CHECK(r.machine.confirm(r.pid).error == 0);
}

TEST_CASE("sleep, ring, info") {
    Running r;
    CHECK(r.call(FUTURE_SYS_SLEEP, 5) == 0);
    fake::state->sleep_rung = false;
    CHECK(r.call(FUTURE_SYS_SLEEP, 5) == -110);
    CHECK(r.call(FUTURE_SYS_RING) == 0);
    CHECK(fake::state->linux_rings == 1);
    CHECK(r.call(FUTURE_SYS_INFO, FUTURE_INFO_CORES) == 2);
    CHECK(r.call(FUTURE_SYS_INFO, FUTURE_INFO_TIME_PAGE) == 0x2000);
    CHECK(r.call(FUTURE_SYS_INFO, FUTURE_INFO_MACHINE) == FUTURE_MACHINE_HOSTED);
    CHECK(r.call(FUTURE_SYS_INFO, 99) == -22);
}
