// SPDX-License-Identifier: MIT
// Another core of the program rewrites a name, or a list of buffers, while the proxy reads it.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <thread>

#include "doctest/doctest.h"
#include "file_wire.h"
#include "handlers/file.h"
#include "pump/pump_caller.h"

using namespace future;

namespace {

constexpr uint64_t kBase = 0x500000;
constexpr size_t kArena = 4096, kBeyond = 4096;

// An arena, and behind it memory of the proxy's own instead of the page that nobody can touch.
struct Arena {
    std::byte* bytes = static_cast<std::byte*>(
        mmap(nullptr, kArena + kBeyond, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    Arena() { std::memset(bytes + kArena, 'L', kBeyond); }
    ~Arena() { munmap(bytes, kArena + kBeyond); }
    bool untouched_beyond() const {
        for (size_t i = 0; i < kBeyond; i++)
            if (bytes[kArena + i] != std::byte{'L'}) return false;
        return true;
    }
};

// Runs `flip` on a thread of its own until the scope ends.
template <class Flip>
struct Racer {
    explicit Racer(Flip flip) : thread([this, flip] {
        for (unsigned turn = 0; !stop; turn++) flip(turn);
    }) {}
    ~Racer() {
        stop = true;
        thread.join();
    }
    std::atomic<bool> stop{false};
    std::thread thread;
};

Outcome run(FileHandler& handler, PumpCaller& from, uint16_t type, const uint64_t* message, uint32_t size, wire_reply& reply) {
    reply = {};
    from.begin(0, false, nullptr);
    return file::info.calls[type & 255].execute(&static_cast<file::Handler&>(handler), from, message + WIRE_HEADER_WORDS,
                                                size / 8 - WIRE_HEADER_WORDS, reply);
}

}  // namespace

TEST_CASE("a name whose end comes and goes never reaches beyond the arena") {
    Arena arena;
    PumpCaller from(guest_memory(arena.bytes, kBase, kArena), 512);
    FileHandler handler;
    char folder[] = "/tmp/future-racing-XXXXXX";
    REQUIRE(mkdtemp(folder));
    const std::string name = std::string(folder) + "/name";
    const size_t at = kArena - name.size() - 1;  // the NUL is the arena's last byte, when it is there
    std::memcpy(arena.bytes + at, name.data(), name.size());
    auto* end = reinterpret_cast<volatile char*>(arena.bytes + kArena - 1);
    int opened = 0, refused = 0;
    const auto open_once = [&] {
        uint64_t message[FILE_OPEN_WORDS];
        const file_open_request request = {.path = kBase + at, .flags = O_CREAT | O_RDWR, .mode = 0600};
        wire_reply reply;
        REQUIRE(run(handler, from, FILE_OPEN_TYPE, message, file_open_encode(message, &request), reply) == Outcome::reply);
        if (reply.error == 0) {
            opened++;
            from.syscall(SYS_close, reply.result);
        } else {
            REQUIRE(reply.error == EFAULT);
            refused++;
        }
    };
    open_once();  // nobody races yet: how many of the others succeed is chance
    CHECK(opened == 1);
    {
        Racer racer([end](unsigned turn) { *end = turn & 1 ? 'x' : 0; });
        for (int i = 0; i < 20000; i++) open_once();
    }
    for (const auto& entry : std::filesystem::directory_iterator(folder)) CHECK(entry.path() == name);
    std::filesystem::remove_all(folder);
    MESSAGE(opened, " opened, ", refused, " refused");
}

TEST_CASE("a buffer whose address comes and goes is never written beyond the arena") {
    Arena arena;
    PumpCaller from(guest_memory(arena.bytes, kBase, kArena), 512);
    FileHandler handler;
    const auto zero = handler.openat(from, AT_FDCWD, "/dev/zero", O_RDONLY, 0);
    REQUIRE(zero.ok());
    REQUIRE(from.admit_descriptor(zero.value()) == zero.value());
    auto* vectors = reinterpret_cast<volatile uint64_t*>(arena.bytes + 64);
    vectors[0] = kBase + 1024;
    vectors[1] = 512;
    int good = 0, refused = 0;
    const auto read_once = [&] {
        uint64_t message[FILE_READV_WORDS];
        const file_readv_request request = {.fd = zero.value(), .vectors = kBase + 64, .count = 1};
        wire_reply reply;
        REQUIRE(run(handler, from, FILE_READV_TYPE, message, file_readv_encode(message, &request), reply) == Outcome::reply);
        if (reply.error == 0) good++;
        else if (reply.error == EFAULT) refused++;
        else FAIL(reply.error);
    };
    read_once();
    CHECK(good == 1);
    {
        Racer racer([vectors](unsigned turn) {
            vectors[0] = turn & 1 ? kBase + kArena - 16 : kBase + 1024;
            vectors[1] = turn & 2 ? 2048 : 512;
        });
        for (int i = 0; i < 50000; i++) read_once();
    }
    CHECK(arena.untouched_beyond());
    MESSAGE(good, " read, ", refused, " refused");
    from.syscall(SYS_close, zero.value());
}
