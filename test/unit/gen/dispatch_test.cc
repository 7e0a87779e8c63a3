// SPDX-License-Identifier: MIT
// The generated execute functions on real memory and real descriptors: what they refuse, what they copy, what they return.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "file_handler.h"
#include "future/handler.h"

using namespace future;

namespace {

constexpr uint64_t kBase = 0x700000000000, kTop = 1ull << 63;
constexpr int kLimit = 1000;

class TestCaller : public caller {
public:
    explicit TestCaller(const guest_memory& memory) : caller(memory, 1, kLimit) {}
};

class Files final : public file::Handler {
public:
    open_result open(caller& from, std::string_view path, int flags, mode_t mode) override {
        path_ = path;
        return open_result::of_linux(from.syscall(SYS_openat, AT_FDCWD, reinterpret_cast<long>(path.data()), flags, static_cast<long>(mode)));
    }
    openat_result openat(caller&, int, std::string_view, int, mode_t) override { return linux_error(-ENOSYS); }
    dup2_result dup2(caller& from, int fd, int target) override {
        if (!from.below_limit(target)) return error(EBADF);
        return dup2_result::of_linux(caller::syscall_always(SYS_dup2, fd, target));
    }
    fcntl_duplicate_result fcntl_duplicate(caller& from, int fd, int command, int lowest) override {
        return fcntl_duplicate_result::of_linux(from.syscall(SYS_fcntl, fd, command, lowest));
    }
    isatty_result isatty(caller&, int) override { return 1; }
    getcwd_result getcwd(caller&, std::span<std::byte>, size_t) override { return linux_error(-ENOSYS); }
    std::string path_;
};

struct Fixture {
    alignas(64) std::byte arena[16384] = {};
    guest_memory memory{arena, kBase, sizeof arena};
    TestCaller from{memory};
    Files files;
    wire_reply reply{};

    // The body as the pump hands it over: a private copy of exactly the words that the size promises.
    Outcome run(uint16_t type, const uint64_t* message, uint32_t size) {
        reply = {};
        own_open_descriptors(kLimit);  // tests open files behind its back
        return file::info.calls[type & 255].execute(&static_cast<file::Handler&>(files), from, message + WIRE_HEADER_WORDS, size / 8 - WIRE_HEADER_WORDS, reply);
    }
    void put(uint64_t offset, const void* bytes, size_t count) { std::memcpy(arena + offset, bytes, count); }
};

#define RUN(CALL, call, ...)                                              \
    [&] {                                                                 \
        uint64_t message[FILE_##CALL##_WORDS];                            \
        const file_##call##_request request = {__VA_ARGS__};              \
        const uint32_t size = file_##call##_encode(message, &request);    \
        return f.run(FILE_##CALL##_TYPE, message, size);                  \
    }()
#define CHECK_ERROR(number)              \
    do {                                 \
        CHECK(f.reply.error == (number)); \
        CHECK(f.reply.result == -1);     \
    } while (0)

}  // namespace

TEST_CASE("a pipe's data goes through the program's memory, in place") {
    Fixture f;
    REQUIRE(RUN(PIPE, pipe, .descriptors = kBase + 64) == Outcome::reply);
    CHECK(f.reply.error == 0);
    int ends[2];
    std::memcpy(ends, f.arena + 64, sizeof ends);
    f.put(128, "hello", 5);
    CHECK(RUN(WRITE, write, .fd = ends[1], .buffer = kBase + 128, .count = 5) == Outcome::reply);
    CHECK(f.reply.result == 5);
    CHECK(RUN(READ, read, .fd = ends[0], .buffer = kBase + 256, .count = 64) == Outcome::reply);
    CHECK(f.reply.result == 5);
    CHECK(std::memcmp(f.arena + 256, "hello", 5) == 0);
    CHECK(RUN(CLOSE, close, .fd = ends[0]) == Outcome::reply);
    CHECK(f.reply.error == 0);
    RUN(CLOSE, close, .fd = ends[1]);
    RUN(CLOSE, close, .fd = ends[1]);
    CHECK_ERROR(EBADF);
}

TEST_CASE("an address outside the arena is EFAULT, whatever its size") {
    Fixture f;
    const int fd = open("/dev/zero", O_RDWR);
    for (const uint64_t address : {uint64_t{0}, uint64_t{1}, kBase - 1, kBase + sizeof f.arena, ~uint64_t{0}, kTop})
        for (const uint64_t count : {uint64_t{1}, uint64_t{4096}, kTop, ~uint64_t{0}}) {
            RUN(READ, read, .fd = fd, .buffer = address, .count = count);
            CHECK_ERROR(EFAULT);
        }
    RUN(READ, read, .fd = fd, .buffer = kBase + 1, .count = sizeof f.arena);
    CHECK_ERROR(EFAULT);
    RUN(FSTAT, fstat, .fd = fd, .status = kBase + sizeof f.arena - sizeof(struct stat) + 1);
    CHECK_ERROR(EFAULT);
    RUN(STAT, stat, .path = kBase + sizeof f.arena, .status = kBase);
    CHECK_ERROR(EFAULT);
    close(fd);
}

TEST_CASE("the proxy's own descriptors are not the program's, as source or as target") {
    Fixture f;
    const int own = fcntl(0, F_DUPFD, kLimit), mine = open("/dev/null", O_RDWR);
    REQUIRE(own >= kLimit);
    for (const int fd : {own, -1, INT32_MIN, INT32_MAX}) {
        RUN(CLOSE, close, .fd = fd);
        CHECK_ERROR(EBADF);
        RUN(DUP2, dup2, .fd = mine, .target = fd);
        CHECK_ERROR(EBADF);
        RUN(DUP2, dup2, .fd = fd, .target = mine);
        CHECK_ERROR(EBADF);
        RUN(FCNTL_GET, fcntl_get, .fd = fd, .command = F_GETFL);
        CHECK_ERROR(EBADF);
    }
    RUN(FCNTL_DUPLICATE, fcntl_duplicate, .fd = mine, .command = F_DUPFD, .lowest = kLimit);
    CHECK_ERROR(EMFILE);
    CHECK(fcntl(own + 1, F_GETFD) == -1);  // what would have been above the limit is closed again
    close(own), close(mine);
}

TEST_CASE("flags and choices outside their sets are EINVAL") {
    Fixture f;
    f.put(0, "/dev/null", 10);
    RUN(OPEN, open, .path = kBase, .flags = 1 << 30, .mode = 0);
    CHECK_ERROR(EINVAL);
    RUN(FCNTL_SET, fcntl_set, .fd = 0, .command = F_SETOWN, .value = 1);
    CHECK_ERROR(EINVAL);
    RUN(LSEEK, lseek, .fd = 0, .offset = 0, .origin = 99);
    CHECK_ERROR(EINVAL);
    CHECK(RUN(OPEN, open, .path = kBase, .flags = O_RDONLY, .mode = 0) == Outcome::reply);
    CHECK(f.reply.error == 0);
    CHECK(f.files.path_ == "/dev/null");
    close(static_cast<int>(f.reply.result));
}

TEST_CASE("a string ends within its maximum and the arena") {
    Fixture f;
    std::memset(f.arena, 'a', sizeof f.arena);
    RUN(CHDIR, chdir, .path = kBase);
    CHECK_ERROR(ENAMETOOLONG);
    RUN(CHDIR, chdir, .path = kBase + sizeof f.arena - 10);
    CHECK_ERROR(EFAULT);
}

TEST_CASE("every element of an iovec is checked; the array is copied once") {
    Fixture f;
    const int fd = open("/dev/zero", O_RDWR);
    const auto vector = [](uint64_t base, size_t length) { return iovec{reinterpret_cast<void*>(base), length}; };
    iovec vectors[2] = {vector(kBase + 4096, 16), vector(kBase + 8192, 32)};
    std::memset(f.arena + 4096, 1, 8192);
    f.put(64, vectors, sizeof vectors);
    RUN(READV, readv, .fd = fd, .vectors = kBase + 64, .count = 2);
    CHECK(f.reply.result == 48);
    CHECK(f.arena[8192 + 31] == std::byte{0});
    CHECK(f.arena[8192 + 32] == std::byte{1});
    vectors[1] = vector(kBase - 1, 1);
    f.put(64, vectors, sizeof vectors);
    RUN(READV, readv, .fd = fd, .vectors = kBase + 64, .count = 2);
    CHECK_ERROR(EFAULT);
    for (const int32_t count : {-1, IOV_MAX + 1, INT32_MIN}) {
        RUN(READV, readv, .fd = fd, .vectors = kBase + 64, .count = count);
        CHECK_ERROR(EINVAL);
    }
    RUN(READV, readv, .fd = fd, .vectors = kBase + sizeof f.arena - 16, .count = 2);
    CHECK_ERROR(EFAULT);
    close(fd);
}

TEST_CASE("a structure is filled privately and copied out; Linux's and ours are one") {
    Fixture f;
    f.put(0, "/", 2);
    RUN(STAT, stat, .path = kBase, .status = kBase + 512);
    REQUIRE(f.reply.error == 0);
    struct stat ours, linux_side;
    std::memcpy(&ours, f.arena + 512, sizeof ours);
    REQUIRE(stat("/", &linux_side) == 0);
    CHECK(ours.st_ino == linux_side.st_ino);
    CHECK(S_ISDIR(ours.st_mode));
}

TEST_CASE("an impossible body ends the program; a newer one is E2BIG") {
    Fixture f;
    uint64_t message[FILE_READ_WORDS + 8] = {};
    const file_read_request request = {.fd = 0, .buffer = kBase, .count = 1};
    const uint32_t size = file_read_encode(message, &request);
    uint64_t copy[FILE_READ_WORDS + 8];
    const auto again = [&](auto change, uint32_t bytes) {
        std::memcpy(copy, message, sizeof copy);
        change();
        return f.run(FILE_READ_TYPE, copy, bytes);
    };
    CHECK(again([&] { copy[2] |= 1; }, size) == Outcome::malformed);
    CHECK(again([&] { copy[2] = 0; }, size) == Outcome::malformed);
    CHECK(again([&] { copy[2] = wire_root_pointer(2, 0); }, size) == Outcome::malformed);
    CHECK(again([&] { copy[2] = wire_root_pointer(4, 0); }, size) == Outcome::malformed);
    CHECK(again([&] { copy[2] = wire_root_pointer(65535, 65535); }, size) == Outcome::malformed);
    CHECK(again([] {}, size - 8) == Outcome::malformed);
    CHECK(again([&] { copy[2] = wire_root_pointer(4, 0), copy[6] = 1; }, size + 8) == Outcome::reply);
    CHECK_ERROR(E2BIG);
    CHECK(again([&] { copy[3] |= 1ull << 40; }, size) == Outcome::reply);
    CHECK_ERROR(E2BIG);
    CHECK(again([&] { copy[2] = wire_root_pointer(3, 1), copy[6] = 1; }, size + 8) == Outcome::reply);
    CHECK_ERROR(E2BIG);
}

TEST_CASE("a handler's result comes back as it is") {
    Fixture f;
    RUN(ISATTY, isatty, .fd = 0);
    CHECK(f.reply.result == 1);
    CHECK(f.reply.error == 0);
}
