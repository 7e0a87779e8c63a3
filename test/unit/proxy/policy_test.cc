// SPDX-License-Identifier: MIT
// What no path may lead to, whatever it looks like; and what must go on working beside that.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "doctest/doctest.h"
#include "handlers/file.h"
#include "pump/pump_caller.h"

using namespace future;

namespace {

struct Opener {
    guest_memory memory;
    PumpCaller from{memory, 512};
    FileHandler handler;
    int arena = -1;
    char folder[32] = "/tmp/future-policy-XXXXXX";

    Opener() {
        const int low = static_cast<int>(memfd_create("arena", MFD_CLOEXEC));
        arena = fcntl(low, F_DUPFD_CLOEXEC, 512);
        close(low);
        handler.forbid(arena);
        if (!mkdtemp(folder)) abort();
    }
    ~Opener() {
        close(arena);
        (void)!system((std::string("rm -r ") + folder).c_str());
    }
    // 0 or an errno, as dispatch says it; closes what it got.
    int open(const std::string& path, int flags = O_RDONLY, int directory = AT_FDCWD) {
        const auto opened = handler.openat(from, directory, path, flags, 0600);
        if (!opened.ok()) return opened.error_number();
        const long fd = from.admit_descriptor(opened.value());
        if (fd < 0) return static_cast<int>(-fd);
        from.syscall(SYS_close, fd);
        return 0;
    }
    std::string in(const char* name) const { return std::string(folder) + "/" + name; }
};

void refuses_memory() {
    Opener o;
    const std::string self = std::to_string(getpid());
    CHECK(o.open("/proc/self/mem") == EACCES);
    CHECK(o.open("/proc/self/mem", O_RDWR) == EACCES);
    CHECK(o.open("/proc/self/mem", O_PATH) == EACCES);
    CHECK(o.open("/proc/" + self + "/mem", O_WRONLY) == EACCES);
    CHECK(o.open("/proc/thread-self/mem", O_RDWR) == EACCES);
    CHECK(o.open("/proc/self/task/" + self + "/mem", O_RDWR) == EACCES);
    CHECK(o.open("/proc/self/../self/./mem", O_RDWR) == EACCES);
    CHECK(o.open("/proc/self/root/proc/self/mem", O_RDWR) == EACCES);
    CHECK(o.open("/proc/self/map_files") == EACCES);
    REQUIRE(symlink("/proc/self/mem", o.in("link").c_str()) == 0);
    CHECK(o.open(o.in("link"), O_RDWR) == EACCES);
    REQUIRE(symlink("/proc/self", o.in("self").c_str()) == 0);
    CHECK(o.open(o.in("self/mem"), O_RDWR) == EACCES);
    const int directory = ::open("/proc/self", O_PATH | O_DIRECTORY);
    REQUIRE(directory >= 0);
    CHECK(o.open("mem", O_RDWR, directory) == EACCES);
    close(directory);
}

void refuses_internal_files() {
    Opener o;
    const std::string arena = "/proc/self/fd/" + std::to_string(o.arena);
    CHECK(o.open(arena) == EACCES);
    CHECK(o.open(arena, O_RDWR | O_TRUNC) == EACCES);
    CHECK(o.open("/dev/fd/" + std::to_string(o.arena), O_RDWR) == EACCES);
    REQUIRE(symlink(arena.c_str(), o.in("arena").c_str()) == 0);
    CHECK(o.open(o.in("arena"), O_RDWR) == EACCES);
    const int directory = ::open("/proc/self/fd", O_RDONLY | O_DIRECTORY);
    REQUIRE(directory >= 0);
    CHECK(o.open(std::to_string(o.arena), O_RDWR, directory) == EACCES);
    close(directory);
}

// A device is what its number says, wherever its name lies.
void refuses_devices() {
    Opener o;
    const int zero = ::open("/dev/zero", O_PATH | O_CLOEXEC);
    CHECK(o.open("/dev/zero") == 0);
    o.handler.forbid(zero);
    close(zero);
    CHECK(o.open("/dev/zero") == EACCES);
    CHECK(o.open("/dev/null") == 0);
    if (getuid() == 0 && mknod(o.in("zero").c_str(), S_IFCHR | 0666, makedev(1, 5)) == 0)
        CHECK(o.open(o.in("zero")) == EACCES);
    for (unsigned number : {1u, 4u})
        if (getuid() == 0 && mknod(o.in("memory").c_str(), S_IFCHR | 0666, makedev(1, number)) == 0) {
            CHECK(o.open(o.in("memory"), O_PATH) == EACCES);
            CHECK(unlink(o.in("memory").c_str()) == 0);
        }
    if (access("/proc/kcore", R_OK) == 0) CHECK(o.open("/proc/kcore", O_PATH) == EACCES);
}

// What this process, changed, opens that it must not, or cannot open that it may.
int refusals_missed() {
    Opener o;
    int bad = o.open("/proc/self/mem", O_RDWR) == 0;
    bad += o.open("/proc/self/fd/" + std::to_string(o.arena), O_RDWR) == 0;
    bad += o.open("/dev/null") != 0;
    bad += o.open("/proc/meminfo") != 0;
    bad += o.open(o.in("new"), O_RDWR | O_CREAT) != 0;
    return bad;
}

// In a child, so that it can give up what makes this process root and debuggable.
int in_child(void (*change)()) {
    const pid_t child = fork();
    if (child == 0) {
        change();
        _exit(refusals_missed());
    }
    int status = -1;
    waitpid(child, &status, 0);
    return status;
}

}  // namespace

TEST_CASE("the proxy's memory has no name") { refuses_memory(); }
TEST_CASE("the proxy's files have no name") { refuses_internal_files(); }
TEST_CASE("neither has the machine's memory") { refuses_devices(); }

TEST_CASE("the same for a process that may not be debugged, as root and as nobody") {
    CHECK(in_child([] { prctl(PR_SET_DUMPABLE, 0); }) == 0);
    if (getuid() == 0)
        CHECK(in_child([] { (void)!setgid(65534); (void)!setuid(65534); prctl(PR_SET_DUMPABLE, 0); }) == 0);
}

TEST_CASE("everything else opens as on Linux") {
    Opener o;
    CHECK(o.open("/dev/null", O_RDWR) == 0);
    CHECK(o.open("/proc/meminfo") == 0);
    CHECK(o.open("/proc/self/status") == 0);
    CHECK(o.open("/proc/self/exe") == 0);
    CHECK(o.open("/nosuch") == ENOENT);
    CHECK(o.open(o.in("new"), O_RDWR | O_CREAT | O_EXCL) == 0);
    CHECK(o.open(o.in("new"), O_RDWR | O_CREAT | O_EXCL) == EEXIST);
    CHECK(o.open(o.in("new"), O_RDONLY | O_DIRECTORY) == ENOTDIR);
    CHECK(o.open("/proc/self/root" + o.in("beside"), O_RDWR | O_CREAT) == 0);
    struct stat status;
    CHECK(stat(o.in("beside").c_str(), &status) == 0);
    REQUIRE(symlink(o.in("new").c_str(), o.in("link").c_str()) == 0);
    CHECK(o.open(o.in("link")) == 0);
    CHECK(o.open(o.in("link"), O_NOFOLLOW) == ELOOP);
    REQUIRE(symlink("loop", o.in("loop").c_str()) == 0);
    CHECK(o.open(o.in("loop")) == ELOOP);
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    CHECK(o.open("/dev/fd/" + std::to_string(ends[0])) == 0);
    close(ends[0]);
    close(ends[1]);
}

TEST_CASE("a descriptor beyond the program's limit is never handed out") {
    Opener o;

    int fds[600], count = 0;
    while (count < 600 && (fds[count] = ::open("/dev/null", O_RDONLY)) < 512) count++;
    CHECK(o.open("/dev/null") == EMFILE);
    for (int i = 0; i <= count && i < 600; i++) close(fds[i]);

}

TEST_CASE("a number that was not admitted is nobody's: not to use, to close, or to overwrite") {
    Opener o;
    const int low = ::open("/dev/null", O_RDONLY);
    const int unjudged = fcntl(low, F_DUPFD_CLOEXEC, 256);  // as while it is being opened; no test had this number
    ::close(low);
    REQUIRE(unjudged < 512);
    CHECK_FALSE(o.from.owns_descriptor(unjudged));
    CHECK(o.from.syscall(SYS_close, unjudged) == -EBADF);
    const auto mine = o.handler.openat(o.from, AT_FDCWD, "/dev/zero", O_RDONLY, 0);
    REQUIRE(mine.ok());
    CHECK_FALSE(o.from.owns_descriptor(mine.value()));  // dispatch admits it, once
    REQUIRE(o.from.admit_descriptor(mine.value()) == mine.value());
    CHECK(o.from.owns_descriptor(mine.value()));
    CHECK(o.handler.dup2(o.from, mine.value(), unjudged).error_number() == EBUSY);
    CHECK(o.handler.dup2(o.from, mine.value(), 512).error_number() == EBADF);
    const auto copy = o.handler.dup2(o.from, mine.value(), 300);
    CHECK((copy.ok() && copy.value() == 300));
    ::close(300);
    CHECK(o.from.syscall(SYS_close, mine.value()) == 0);
    CHECK_FALSE(o.from.owns_descriptor(mine.value()));
    CHECK(o.from.syscall(SYS_close, mine.value()) == -EBADF);
    ::close(unjudged);
}

TEST_CASE("a cancelled open leaves nothing open") {
    Opener o;
    const std::atomic<uint32_t> cancelled{1};
    const int next = ::open("/dev/null", O_RDONLY);
    ::close(next);
    for (const char* path : {"/proc/self/mem", "/dev/stdin", "/dev/null"}) {
        o.from.begin(0, false, &cancelled);
        CHECK_FALSE(o.handler.openat(o.from, AT_FDCWD, path, O_RDWR, 0).ok());
        const int now = ::open("/dev/null", O_RDONLY);
        CHECK(now == next);
        ::close(now);
    }
}

TEST_CASE("O_ASYNC would turn a file's events into signals for the proxy: it is not set") {
    Opener o;
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    CHECK(o.from.syscall(SYS_fcntl, ends[0], F_SETFL, O_ASYNC | O_NONBLOCK) == 0);
    CHECK((fcntl(ends[0], F_GETFL) & (O_ASYNC | O_NONBLOCK)) == O_NONBLOCK);
    ::close(ends[0]), ::close(ends[1]);
}
