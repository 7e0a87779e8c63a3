// SPDX-License-Identifier: MIT
// Transfers by way of a buffer: the same bytes, counts and errors as in place, and no byte of the arena named to Linux.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "caller/bounce.h"

namespace {

char arena[64 << 10];
const char text_of_pipe[256] = {};

// Linux as it is with memory that it cannot pin: EFAULT for every address in the arena.
long strict(long number, long a, long b, long c, long d) {
    if (b >= reinterpret_cast<long>(arena) && b < reinterpret_cast<long>(arena + sizeof arena)) return -EFAULT;
    const long result = syscall(number, a, b, c, d);
    return result < 0 ? -errno : result;
}

long address(const void* at) { return reinterpret_cast<long>(at); }

struct File {
    int fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);
    ~File() { close(fd); }
    std::string bytes() const {
        std::string text(sizeof arena, 0);
        const ssize_t got = pread(fd, text.data(), text.size(), 0);
        text.resize(static_cast<size_t>(got < 0 ? 0 : got));
        return text;
    }
};

}  // namespace

TEST_CASE("write, pwrite, writev, pwritev: what was in the arena is in the file") {
    File file;
    std::memcpy(arena, "abcdefgh", 8);
    CHECK(future::bounced(strict, SYS_write, file.fd, address(arena), 8, 0) == 8);
    CHECK(future::bounced(strict, SYS_pwrite64, file.fd, address(arena + 1), 2, 6) == 2);
    CHECK(file.bytes() == "abcdefbc");
    const iovec pieces[] = {{arena + 4, 2}, {arena, 0}, {arena, 3}};
    CHECK(future::bounced(strict, SYS_writev, file.fd, address(pieces), 3, 0) == 5);
    CHECK(file.bytes() == "abcdefbcefabc");
    CHECK(future::bounced(strict, SYS_pwritev, file.fd, address(pieces), 3, 1) == 5);
    CHECK(file.bytes() == "aefabcbcefabc");
}

TEST_CASE("read, pread, readv, preadv: a short read fills just what came") {
    File file;
    REQUIRE(write(file.fd, "0123456789", 10) == 10);
    std::memset(arena, '.', sizeof arena);
    CHECK(future::bounced(strict, SYS_pread64, file.fd, address(arena), 100, 7) == 3);
    CHECK(std::string(arena, 5) == "789..");
    lseek(file.fd, 1, SEEK_SET);
    CHECK(future::bounced(strict, SYS_read, file.fd, address(arena), 2, 0) == 2);
    CHECK(std::string(arena, 5) == "129..");
    const iovec pieces[] = {{arena + 10, 3}, {arena + 20, 30}};
    CHECK(future::bounced(strict, SYS_readv, file.fd, address(pieces), 2, 0) == 7);
    CHECK(std::string(arena + 10, 4) == "345.");
    CHECK(std::string(arena + 20, 5) == "6789.");
    CHECK(future::bounced(strict, SYS_preadv, file.fd, address(pieces), 1, 0) == 3);
    CHECK(std::string(arena + 10, 4) == "012.");
    CHECK(future::bounced(strict, SYS_read, file.fd, address(arena), 2, 0) == 0);
}

TEST_CASE("in parts: the same bytes and counts, and no buffer that is larger") {
    File file;
    size_t largest = 0;
    int calls = 0;
    const auto counting = [&](long number, long a, long b, long c, long d) {
        largest = std::max(largest, static_cast<size_t>(c));
        calls++;
        return strict(number, a, b, c, d);
    };
    for (size_t i = 0; i < sizeof arena; i++) arena[i] = static_cast<char>(i * 7 + i / 251);
    const std::string text(arena, 1000);
    const iovec out[] = {{arena, 333}, {arena + 333, 0}, {arena + 333, 667}};
    CHECK(future::bounced(counting, SYS_writev, file.fd, address(out), 3, 0, 256) == 1000);
    CHECK(calls == 4);
    CHECK(future::bounced(counting, SYS_pwritev, file.fd, address(out), 3, 2000, 256) == 1000);
    CHECK(file.bytes() == text + std::string(1000, 0) + text);
    const iovec in[] = {{arena + 5000, 1}, {arena + 9000, 2999}};
    CHECK(future::bounced(counting, SYS_preadv, file.fd, address(in), 2, 2100, 256) == 900);
    CHECK(std::string(arena + 5000, 1) + std::string(arena + 9000, 899) == text.substr(100));
    lseek(file.fd, 2000, SEEK_SET);
    CHECK(future::bounced(counting, SYS_read, file.fd, address(arena + 20000), 512, 0, 256) == 512);
    CHECK(std::string(arena + 20000, 512) == text.substr(0, 512));
    CHECK(lseek(file.fd, 0, SEEK_CUR) == 2512);
    CHECK(largest == 256);

    // An error after a part: what was done counts, as Linux counts it.
    calls = 0;
    const auto failing = [&](long number, long a, long b, long c, long d) {
        return calls++ ? -EIO : strict(number, a, b, c, d);
    };
    CHECK(future::bounced(failing, SYS_pread64, file.fd, address(arena), 1000, 0, 256) == 256);
    CHECK(future::bounced(failing, SYS_pread64, file.fd, address(arena), 1000, 0, 256) == -EIO);
}

TEST_CASE("a stream is asked once") {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    REQUIRE(write(ends[1], text_of_pipe, 256) == 256);
    CHECK(future::bounced(strict, SYS_read, ends[0], address(arena), 1000, 0, 256) == 256);
    close(ends[0]);
    close(ends[1]);
}

TEST_CASE("what is not a transfer stays a fault, and errors come through") {
    CHECK(future::bounced(strict, SYS_fstat, 0, address(arena), 1, 0) == -EFAULT);
    CHECK(future::bounced(strict, SYS_read, -1, address(arena), 1, 0) == -EBADF);
    CHECK(future::bounced(strict, SYS_read, 0, address(arena), 0, 0) == -EFAULT);
}
