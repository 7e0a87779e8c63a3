// SPDX-License-Identifier: MIT
// A process apart that does its worst: it gets nothing, keeps nobody waiting, and leaves nothing behind.
#include "apart/apart.h"

#include <doctest/doctest.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>
#include <vector>

#include "apart/confine.h"
#include "test/slowness.h"

using namespace future;

namespace {

size_t open_descriptors() {
    size_t count = 0;
    DIR* folder = opendir("/proc/self/fd");
    while (readdir(folder)) count++;
    closedir(folder);
    return count;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

const ApartLimits patient = {.seconds = 60};

Apart apart(std::function<std::string()> make, const ApartLimits& limits = patient) { return made_apart({std::move(make)}, -1, limits); }

[[noreturn]] void stay() {
    for (;;) pause();
}

[[noreturn]] void spin() {
    for (volatile int turn = 0;;) turn = turn + 1;
}

// As a digit: whether the child could do it.
std::string said(bool done) { return done ? "1" : "0"; }

}  // namespace

TEST_CASE("a text comes whole, by a child that sees what we saw and changes nothing of ours") {
    int ours = 1;
    const std::string long_text(1 << 20, 'x');
    const size_t before = open_descriptors();
    const Apart made = apart([&] { return std::to_string(++ours) + long_text; });
    CHECK(made.text == "2" + long_text);
    CHECK(made.why.empty());
    CHECK(ours == 1);
    CHECK(open_descriptors() == before);
    CHECK(waitpid(-1, nullptr, WNOHANG) == -1);
    CHECK(apart([] { return std::string(); }).why.empty());
}

TEST_CASE("where nobody waits for children a text is known to be whole, too") {
    struct sigaction ignored = {}, before = {};
    ignored.sa_handler = SIG_IGN;
    sigaction(SIGCHLD, &ignored, &before);
    CHECK(apart([] { return std::string("all"); }).text == "all");
    CHECK(apart([]() -> std::string { _exit(0); }).why == "was not finished");
    sigaction(SIGCHLD, &before, nullptr);
}

TEST_CASE("memory without end, and a file's size, end it") {
    const Apart made = apart([] {
        std::vector<std::string> all;
        for (;;) all.emplace_back(16 << 20, 'x');
        return std::string();
    });
    CHECK(made.why == "took more than 512 MiB of memory");
    CHECK(made.text.empty());
    CHECK(apart([] { return std::string(size_t{1} << 60, 'x'); }).why == "took more than 512 MiB of memory");
}

TEST_CASE("time without end ends it: asleep, busy, and with nobody who looks at the clock") {
    const ApartLimits limits = {.seconds = 1};
    CHECK(apart([]() -> std::string { stay(); }, limits).why == "took longer than 1 s");
    CHECK(apart([]() -> std::string { spin(); }, limits).why == "took longer than 1 s");
    const pid_t us = getpid(), child = fork();
    if (child == 0) {
        if (confine(0, us, limits)) spin();
        _exit(1);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU));
}

TEST_CASE("whoever gives up waits no longer") {
    const int event = eventfd(0, EFD_CLOEXEC);
    std::thread user([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        const uint64_t one = 1;
        (void)!write(event, &one, sizeof one);
    });
    const Apart made = made_apart({[]() -> std::string { stay(); }}, event, {.seconds = static_cast<unsigned>(60 * test::slowness())});
    CHECK(made.interrupted);
    CHECK(made.why == "was interrupted");
    user.join();
    close(event);
}

TEST_CASE("it opens nothing, makes nothing, and has nothing of ours open") {
    const std::string fifo = "/tmp/future-apart-" + std::to_string(getpid());
    REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
    CHECK(apart([&] { return said(open(fifo.c_str(), O_RDONLY) >= 0); }).text == "0");  // else it stays there for ever
    unlink(fifo.c_str());
    CHECK(apart([] { return said(open("/proc/self/exe", O_RDONLY) >= 0); }).text == "0");
    CHECK(apart([] { return said(socket(AF_UNIX, SOCK_STREAM, 0) >= 0); }).text == "0");
    CHECK(apart([] { return said(fork() >= 0); }).text == "0");
    const pid_t us = getpid();
    CHECK(apart([us] { return said(kill(us, 0) == 0); }).text == "0");
    CHECK(apart([] { return said(mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED); })
              .text == "0");
}

TEST_CASE("what kills it is named") {
    static volatile int* volatile nowhere = nullptr;
    CHECK(apart([]() -> std::string { return std::to_string(*nowhere); }).why == "failed (SIGSEGV)");
    CHECK(apart([]() -> std::string { throw 1; }).why == "failed");
    CHECK(apart([]() -> std::string { exit(1); }).why == "took more than 512 MiB of memory");  // libdw's way to say it
    CHECK(made_apart({[] { return std::string("x"); }, [] { throw 1; }}).why == "failed");
}

TEST_CASE("of a text without end, whole lines are taken, and it is said that there is more") {
    const Apart made = apart([] {
        std::string text;
        while (text.size() < 64 << 20) text += "line\n";
        return text;
    }, {.seconds = 60, .text_bytes = 10003});
    CHECK(made.why.empty());
    CHECK(has(made.text, "line\n…    and more, which is not shown: 9 KiB are\n"));
    CHECK(made.text.size() < 10100);
}

TEST_CASE("it does not outlive us") {
    REQUIRE(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const pid_t parent = fork();
    if (parent == 0) {
        made_apart({[]() -> std::string { stay(); }, [&] {
            const pid_t child = getpid();
            (void)!write(ends[1], &child, sizeof child);
        }});
        _exit(0);
    }
    pid_t child = 0;
    REQUIRE(read(ends[0], &child, sizeof child) == sizeof child);
    kill(parent, SIGKILL);
    REQUIRE(waitpid(parent, nullptr, 0) == parent);
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK((status == 4 << 8 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)));  // 4: it noticed while it was starting
    close(ends[0]), close(ends[1]);
}
