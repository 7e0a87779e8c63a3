// SPDX-License-Identifier: MIT
// Reports about programs whose memory is nonsense: no byte outside the arena is read, and every report ends.
#include "program/crash_report.h"

#include <signal.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <random>

#include "doctest/doctest.h"
#include "futurek/abi/start_block.h"
#include "program/thread_report.h"

using namespace future;

namespace {

constexpr uint64_t kBase = 0x7f1230000000, kBytes = 1 << 20, kPage = 4096;
constexpr uint64_t kBlock = 0xf0000, kThreads = 0xf1000, kTable = 0xf2000, kRunning = 0xf3000;

// An arena between two pages that nobody can touch, with `max_threads` numbers and two cores.
struct Arena {
    Arena() {
        pages = static_cast<std::byte*>(mmap(nullptr, kBytes + 2 * kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
        mprotect(pages + kPage, kBytes, PROT_READ | PROT_WRITE);
        program.arena = pages + kPage;
        program.created.arena_address = kBase;
        program.created.arena_bytes = kBytes;
        program.created.max_threads = 64;
        program.created.cores = 2;
        put<uint64_t>(kBlock + offsetof(future_start_block, threads), kBase + kThreads);
    }
    ~Arena() { munmap(pages, kBytes + 2 * kPage); }
    template <class T>
    void put(uint64_t offset, const T& value) { std::memcpy(program.arena + offset, &value, sizeof value); }

    std::byte* pages;
    Program program;
};

// The honest shape of a view, for tests that bend it.
future_threads view() {
    future_threads v = {};
    v.magic = FUTURE_THREADS_MAGIC;
    v.size = sizeof v;
    v.max_threads = 64;
    v.cores = 2;
    v.table = kBase + kTable;
    v.running = kBase + kRunning;
    v.resting = kBase + kRunning + 8;
    v.core_stride = 16;
    v.id = 0, v.number = 8, v.state = 12, v.saved = 16, v.stack_low = 24, v.stack_bytes = 32, v.name = 40, v.call = 56;
    v.wait_kind = 64, v.waits_for = 72, v.ended = 80, v.ended_value = 3, v.mutex_owner = 8;
    return v;
}

const ProgramFile& file() {
    static const ProgramFile program(STUCK);
    return program;
}

Subject subject(const Arena& arena) { return {file(), arena.program, kBase + kBlock, {}}; }

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("a program without threads of MULiTh's is reported without") {
    Arena arena;
    ExceptionNotice e = {};
    e.signal = SIGSEGV;
    CHECK(has(crash_report(subject(arena), e, Detail::traced), "SIGSEGV"));
    CHECK(last_report(subject(arena), Detail::traced).empty());
    CHECK(has(threads_report(subject(arena), Detail::traced), "shows no threads"));
    future_threads other = view();
    for (const auto bend : {+[](future_threads& v) { v.magic++; }, +[](future_threads& v) { v.size--; }}) {
        other = view();
        bend(other);
        arena.put(kThreads, other);
        CHECK(has(threads_report(subject(arena), Detail::traced), "shows no threads"));
    }
    arena.put<uint64_t>(kBlock + offsetof(future_start_block, threads), kBase + kBytes - 8);
    CHECK(has(threads_report(subject(arena), Detail::traced), "shows no threads"));
}

TEST_CASE("threads are read where the view says; a name cannot write on the terminal") {
    Arena arena;
    arena.put(kThreads, view());
    const uint64_t block = 0x40000;
    arena.put<uint64_t>(kTable + 5 * 8, kBase + block);
    arena.put<uint64_t>(block + 0, 77);
    arena.put<uint32_t>(block + 8, 5);
    arena.put<uint32_t>(block + 12, FUTURE_THREAD_PARKED);
    arena.put<uint32_t>(block + 64, FUTURE_WAIT_MUTEX);
    arena.put<uint64_t>(block + 72, kBase + 0x50000);
    arena.put<uint32_t>(0x50000 + 8, 5 + 1);
    std::memcpy(arena.program.arena + block + 40, "a\033[2J\"bcdefghijkl", 16);
    const std::string said = threads_report(subject(arena), Detail::traced);
    INFO(said);
    CHECK(has(said, "thread 5 (\"a?[2J?bcdefghijk\") waits for the mutex "));
    CHECK(has(said, ", which it has\n"));
    CHECK_FALSE(has(said, "\033"));
}

TEST_CASE("an overflow is one by the stack pointer, not by any address") {
    Arena arena;
    arena.put(kThreads, view());
    const uint64_t block = 0x40000, low = 0x80000;
    arena.put<uint64_t>(kRunning + 16, kBase + block);
    arena.put<uint32_t>(block + 8, 2);
    arena.put<uint64_t>(block + 24, kBase + low);
    arena.put<uint64_t>(block + 32, 64 << 10);
    ExceptionNotice e = {};
    e.core = 1;
    e.signal = SIGSEGV;
    const auto overflows = [&](uint64_t rsp, uint64_t address) {
        e.rsp = rsp, e.address = address;
        return has(crash_report(subject(arena), e, Detail::traced), "thread 2 has overflowed its stack of 64 KiB");
    };
    const uint64_t bottom = kBase + low;
    CHECK(overflows(bottom - 8, bottom - 16));
    CHECK(overflows(bottom - 100000, 0));
    CHECK(overflows(bottom, bottom - 8));
    CHECK(overflows(bottom + 200, bottom - 4096));
    CHECK_FALSE(overflows(bottom + 200, bottom - 4097));
    CHECK_FALSE(overflows(bottom + 200, 0));
    CHECK_FALSE(overflows(bottom + 8192, bottom - 8));
    CHECK_FALSE(overflows(bottom - (2 << 20), bottom - 8));
    e.signal = SIGFPE;
    CHECK_FALSE(overflows(bottom - 8, bottom - 16));
}

TEST_CASE("nonsense of every kind: each report ends, bounded, and reads nothing outside") {
    std::mt19937_64 random(9);
    const int rounds = getenv("FUTURE_TEST_LONG") ? 20000 : 300;
    Arena arena;
    const auto word = [&]() -> uint64_t {
        switch (random() % 6) {
            case 0: return random();
            case 1: return random() % 4;
            case 2: return kBase + random() % 0x10000;            // the image
            case 3: return kBase + kBytes - random() % 64;        // the end
            default: return kBase + (random() % kBytes & ~7ull);
        }
    };
    for (int round = 0; round < rounds; round++) {
        for (uint64_t at = random() % 0x8000 & ~7ull; at < kBytes; at += 8 * (1 + random() % 64)) arena.put(at, word());
        future_threads v = view();
        for (int bends = static_cast<int>(random() % 4); bends > 0; bends--) {
            const uint64_t bent = random() % 2 ? random() : word();
            std::memcpy(reinterpret_cast<char*>(&v) + 8 + random() % (sizeof v - 16), &bent, 1 + random() % 8);
        }
        v.last.reason = static_cast<uint32_t>(random() % 6);
        v.last.thread = word();
        v.last.context = word();
        arena.put(kThreads, v);
        arena.put<uint64_t>(kBlock + offsetof(future_start_block, threads), random() % 8 ? kBase + kThreads : word());
        for (uint64_t i = 0; i < 64; i++) arena.put<uint64_t>(kTable + 8 * i, random() % 4 ? word() : kBase + 0x1000 * i);
        ExceptionNotice e = {};
        e.signal = random() % 2 ? uint32_t{SIGSEGV} : static_cast<uint32_t>(random());
        e.core = static_cast<uint32_t>(random() % 3);
        for (uint64_t* r : {&e.rip, &e.rsp, &e.rbp, &e.rbx, &e.r10, &e.r12, &e.r13, &e.r14, &e.r15, &e.address}) *r = word();
        Subject crashed = subject(arena);
        crashed.stopped.push_back({1, 1, word(), word(), word(), word(), word(), word(), word(), word()});
        CHECK(crash_report(crashed, e, Detail::traced).size() < 100000);
        CHECK(last_report(subject(arena), Detail::traced).size() < 1000000);
        CHECK(threads_report(subject(arena), Detail::traced).size() < 1000000);
    }
}
