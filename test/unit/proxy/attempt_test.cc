// SPDX-License-Identifier: MIT
// Attempts on files: all that a blocking call would have got, or nothing yet.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <vector>

#include "pump/pump_caller.h"

namespace {

constexpr long kPage = 4096;

// A file of eight pages and a bit; only the first page is in the page cache, where there is one on a disk.
struct File {
    int fd;
    File() {
        std::string name = std::string(getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp") + "/future-test-XXXXXX";
        fd = mkstemp(name.data());
        unlink(name.c_str());
        const std::vector<char> bytes(8 * kPage + 10, 'x');
        REQUIRE(write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
        forget();
    }
    ~File() { close(fd); }
    void forget() const {
        char page[kPage];
        fsync(fd);
        posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
        posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
        REQUIRE(pread(fd, page, sizeof page, 0) == kPage);
    }
};

long attempt(long number, long fd, const void* at, long count, long position) {
    future::PumpCaller from({}, 1 << 10);
    from.begin(1, true, nullptr);
    return from.syscall(number, fd, reinterpret_cast<long>(at), count, position);
}

}  // namespace

TEST_CASE("a read that the page cache can serve in part only is none") {
    File file;
    std::vector<char> to(8 * kPage);
    const iovec pieces[] = {{to.data(), 100}, {to.data() + 100, 8 * kPage - 100}};
    const iovec whole = {to.data(), to.size()};
    if (preadv2(file.fd, &whole, 1, 0, RWF_NOWAIT) == 8 * kPage)
        MESSAGE("this folder's files are always in memory: set TMPDIR to one on a disk");
    for (const long got : {attempt(SYS_pread64, file.fd, to.data(), 8 * kPage, 0), attempt(SYS_preadv, file.fd, pieces, 2, 0)})
        CHECK((got == 8 * kPage || got == -future::caller::would_block));
    CHECK(attempt(SYS_pread64, file.fd, to.data(), 100, 0) == 100);
}

TEST_CASE("a read across the file's end is as short as the file") {
    File file;
    char to[100];
    REQUIRE(pread(file.fd, to, sizeof to, 8 * kPage) == 10);
    CHECK(attempt(SYS_pread64, file.fd, to, sizeof to, 8 * kPage) == 10);
    CHECK(attempt(SYS_pread64, file.fd, to, sizeof to, 9 * kPage) == 0);
}

TEST_CASE("neither a write to a regular file nor direct I/O is attempted: one might end half-way, the other waits for the disk") {
    File file;
    alignas(kPage) static char page[kPage];
    const std::string again = "/proc/self/fd/" + std::to_string(file.fd);
    posix_fadvise(file.fd, 0, 0, POSIX_FADV_DONTNEED);
    const int direct = open(again.c_str(), O_RDWR | O_DIRECT);
    const int plain = open(again.c_str(), O_RDWR);
    for (const int fd : {direct, plain}) {
        if (fd < 0) continue;  // no direct I/O here
        if (fd == direct) CHECK(attempt(SYS_pread64, fd, page, sizeof page, 0) == -future::caller::would_block);
        CHECK(attempt(SYS_pwrite64, fd, page, sizeof page, 0) == -future::caller::would_block);
        CHECK(attempt(SYS_write, fd, page, sizeof page, 0) == -future::caller::would_block);
        close(fd);
    }
}
