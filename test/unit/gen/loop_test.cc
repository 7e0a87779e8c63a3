// SPDX-License-Identifier: MIT
// Generated stubs against generated dispatch, in one process: what a caller passes is what the handler sees, and back.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <type_traits>

#include "future/call.h"
#include "idl/trace/trace.h"
#include "sample_decoder.h"
#include "sample_handler.h"

using namespace future;

namespace {

struct Arena {  // what the program's memory is here: only these variables
    sample_point from, to, both;
    uint8_t key[16];
    char name[32], text[64], fill[32];
    std::byte bytes[64];
    uint32_t values[16];
    int pair[2], old[1];
    iovec vectors[2];
    char gathered[2][4];
};
Arena arena;

class Sample final : public sample::Handler {
public:
    sum_result sum(caller&, bool flag, int8_t a, uint16_t b, int32_t c, uint64_t d, float e, double f, sample_mode mode, unsigned options) override {
        return static_cast<int64_t>(flag + a + b + c + static_cast<int64_t>(d) + static_cast<int64_t>(e + f) + mode * 1000 + options * 10000);
    }
    move_result move(caller&, const sample_point& from, sample_point& to, sample_point& both, std::span<uint8_t> key) override {
        to = {from.x + 1, from.y + 1};
        both.x *= 2;
        for (uint8_t& byte : key) byte = 7;
        if (from.x < 0) return error(EDOM);
        return {};
    }
    write_result write(caller&, std::string_view name, std::span<const std::byte> bytes, size_t, std::span<std::byte> values, unsigned many) override {
        seen = name;
        if (many) std::memset(values.data(), 1, values.size());
        return static_cast<ssize_t>(bytes.size() + values.size());
    }
    note_result note(caller&, std::string_view text, std::span<const std::byte> data, size_t length, uint64_t& stamp, int32_t& count) override {
        seen = std::string(text) + "/" + std::string(reinterpret_cast<const char*>(data.data()), data.size());
        stamp = 1ull << 63 | length, count = -3;
        return {};
    }
    open_result open(caller&, int fd, std::span<int> pair, std::span<const int> old) override {
        if (fd == -100 && old[0] == 1) return error(ENOENT);
        pair[0] = dup(0), pair[1] = above ? fcntl(0, F_DUPFD, 1500) : dup(0);
        made[0] = pair[0], made[1] = pair[1];
        return dup(0);
    }
    check_result check(caller&, int number) override {
        if (number) return linux_error(-number);
        return {};
    }
    fill_result fill(caller&, std::span<std::byte> buffer, size_t size) override {
        if (size == 0) return error(ERANGE);
        std::memset(buffer.data(), 'f', size);
        return {};
    }
    control_none_result control_none(caller&, int command) override { return command; }
    control_long_result control_long(caller&, int command, long value, int more) override { return command * 100 + static_cast<int>(value) * 10 + more; }
    is_result is(caller&, int number) override {
        if (number) return linux_error(-number);
        return 1;
    }
    void tell(caller&, uint32_t what) override { told = what; }
    nothing_result nothing(caller&) override { return 42; }

    std::string seen;
    uint32_t told = 0;
    bool above = false;
    int made[2];
};
Sample handler;

class LoopCaller : public caller {
public:
    LoopCaller() : caller(guest_memory(reinterpret_cast<std::byte*>(&arena), reinterpret_cast<uint64_t>(&arena), sizeof arena), 1, 1000) {}
};

Outcome last;
std::string traced;
void serve_message(uint64_t* message, uint16_t type, uint32_t size, wire_reply& reply) {
    LoopCaller from;
    own_open_descriptors(1000);  // the tests open files behind its back
    const Interface served = sample::serve(handler);
    std::vector<uint64_t> body(message + WIRE_HEADER_WORDS, message + size / 8);  // exact, so that ASan sees a read beyond it
    const CallInfo& call = served.info->calls[type & 255];
    REQUIRE(call.type == type);
    last = call.execute(served.handler, from, body.data(), static_cast<uint32_t>(body.size()), reply);
    traced = format_request(*find_call(sample::table, type), body.data(), static_cast<uint32_t>(body.size())) + format_reply(*find_call(sample::table, type), reply);
}

}  // namespace

extern "C" void future_call(uint64_t* message, uint16_t type, uint32_t size, wire_reply* reply) { serve_message(message, type, size, *reply); }
extern "C" void future_call_cancellable(uint64_t* message, uint16_t type, uint32_t size, wire_reply* reply) { serve_message(message, type, size, *reply); }
extern "C" void future_post(uint64_t* message, uint16_t type, uint32_t size) {
    wire_reply none;
    serve_message(message, type, size, none);
}

TEST_CASE("numbers of every width arrive") {
    CHECK(sample_sum(true, -1, 65535, -5, 10, 1.5f, 2.5, SAMPLE_GOOD, SAMPLE_A | SAMPLE_C) == 1 - 1 + 65535 - 5 + 10 + 4 + 2000 + 90000);
    CHECK(traced.find("sum(1, -1, 65535, -5, 10, ") == 0);
    CHECK(traced.find("SAMPLE_GOOD, SAMPLE_A|SAMPLE_C") != std::string::npos);
}

TEST_CASE("ranges, choices and flags are held") {
    wire_reply reply;
    const auto refused = [&](int32_t c, uint32_t mode, uint32_t options) {
        uint64_t message[SAMPLE_SUM_WORDS];
        sample_sum_request request{};
        request.c = c, request.mode = mode, request.options = options;
        serve_message(message, SAMPLE_SUM_TYPE, sample_sum_encode(message, &request), reply);
        return reply.error == EINVAL;
    };
    CHECK(!refused(-5, SAMPLE_FAST, 0));
    CHECK(!refused(100, SAMPLE_FAST, SAMPLE_B));
    CHECK(refused(-6, SAMPLE_FAST, 0));
    CHECK(refused(101, SAMPLE_FAST, 0));
    CHECK(refused(0, 3, 0));
    CHECK(refused(0, SAMPLE_FAST, 16));
}

TEST_CASE("structures go in and out; on failure nothing is written") {
    arena.from = {1, 2.5}, arena.both = {21, 0};
    CHECK(sample_move(&arena.from, &arena.to, &arena.both, arena.key) == 0);
    CHECK(arena.to.x == 2);
    CHECK(arena.to.y == 3.5);
    CHECK(arena.both.x == 42);
    CHECK(arena.key[15] == 7);
    arena.from.x = -1, arena.to.x = 99;
    CHECK(sample_move(&arena.from, &arena.to, &arena.both, arena.key) == -1);
    CHECK(errno == EDOM);
    CHECK(arena.to.x == 99);
    sample_point outside{};
    CHECK(sample_move(&outside, &arena.to, &arena.both, arena.key) == -1);
    CHECK(errno == EFAULT);
    CHECK(sample_move(&arena.from, &outside, &arena.both, arena.key) == -1);
    CHECK(errno == EFAULT);
}

TEST_CASE("buffers are bounded by their counts, times their element's size") {
    std::strcpy(arena.name, "fifteen letters");
    CHECK(sample_write(arena.name, arena.bytes, 10, arena.values, 8) == 10 + 32);
    CHECK(handler.seen == "fifteen letters");
    CHECK(arena.values[7] == 0x01010101);
    CHECK(arena.values[8] == 0);
    CHECK(sample_write(arena.name, arena.bytes, 0, arena.values, 9) == -1);
    CHECK(errno == EINVAL);
    std::strcpy(arena.name, "sixteen letters!");
    CHECK(sample_write(arena.name, arena.bytes, 0, arena.values, 0) == -1);
    CHECK(errno == ENAMETOOLONG);
}

TEST_CASE("inline words travel in the message, values come back in the reply") {
    uint64_t stamp = 0;
    int32_t count = 0;
    CHECK(sample_note("hello", "\0x", 2, &stamp, &count) == 0);
    CHECK(handler.seen == std::string("hello/\0x", 8));
    CHECK(stamp == (1ull << 63 | 2));
    CHECK(count == -3);
    CHECK(traced == "note(\"hello\", \"\\x00x\", 2) = 0");
    const std::string longest(40, 'a'), longer(41, 'b');
    CHECK(sample_note(longest.c_str(), longest.data(), 20, &stamp, &count) == 0);
    CHECK(handler.seen == longest + "/" + longest.substr(0, 20));
    CHECK(sample_note("", "", 0, &stamp, &count) == 0);
    CHECK(handler.seen == "/");
    CHECK(sample_note("", longer.data(), 21, &stamp, &count) == -1);
    CHECK(errno == EINVAL);
}

TEST_CASE("written descriptors are the program's, or none is") {
    arena.old[0] = 0;
    const int fd = sample_open(0, arena.pair, arena.old);
    CHECK(fd >= 0);
    CHECK(fcntl(arena.pair[0], F_GETFD) >= 0);
    close(fd), close(arena.pair[0]), close(arena.pair[1]);
    handler.above = true;
    CHECK(sample_open(0, arena.pair, arena.old) == -1);
    CHECK(errno == EMFILE);
    CHECK(fcntl(handler.made[0], F_GETFD) == -1);
    CHECK(fcntl(handler.made[1], F_GETFD) == -1);
    arena.old[0] = 1;
    CHECK(sample_open(-100, arena.pair, arena.old) == -1);
    CHECK(errno == ENOENT);
    CHECK(sample_open(-99, arena.pair, arena.old) == -1);
    CHECK(errno == EBADF);
    arena.old[0] = 1000;
    CHECK(sample_open(0, arena.pair, arena.old) == -1);
    CHECK(errno == EBADF);
}

TEST_CASE("a pass-through reaches Linux under its own name") {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    REQUIRE(write(ends[1], "abcdefg", 7) == 7);
    for (int i = 0; i < 2; i++) arena.vectors[i] = {arena.gathered[i], 4};
    CHECK(sample_gather(ends[0], arena.vectors, 2) == 7);
    CHECK(std::memcmp(arena.gathered, "abcdefg", 7) == 0);
    close(ends[0]), close(ends[1]);
}

TEST_CASE("each result convention") {
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    CHECK(sample_check(EPERM) == EPERM);
    CHECK(sample_check(0) == 0);
    CHECK(sample_fill(arena.fill, 3) == arena.fill);
    CHECK(std::string(arena.fill) == "fff");
    CHECK(sample_fill(arena.fill, 0) == nullptr);
    CHECK(errno == ERANGE);
    CHECK(sample_nothing() == 42);
    CHECK(sample_is(0) == 1);
    CHECK(sample_is(ENOTTY) == 0);
    CHECK(errno == ENOTTY);
    sample_tell(77);
    CHECK(handler.told == 77);
}

TEST_CASE("a variadic function chooses its case, and takes no argument that is not there") {
    CHECK(sample_control(SAMPLE_GOOD) == SAMPLE_GOOD);
    CHECK(sample_control(7, 4L) == 740);
    CHECK(sample_control(7, 6L, 5) == 765);
    CHECK(traced == "sample_control(7, <redacted>, 5) = 765");
    errno = 0;
    CHECK(sample_control(99) == -1);
    CHECK(errno == EINVAL);
}
