// SPDX-License-Identifier: MIT
// What `future run` says reaches whoever started it, whatever the program does to descriptor 2, its file or its folder.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>

#include "../system/command.h"

using test::Outcome;
using test::Scratch;

namespace {

std::string future_run(const std::string& words) {
    return FUTURE_COMMAND " run --private --cores 1 --memory 16M " + words;
}

Outcome shell(const std::string& line) { return test::run({.words = {"/bin/sh", "-c", line}, .time_out_seconds = 10}); }

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string text_of(const std::string& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

void reported(const Outcome& outcome) {
    INFO(outcome.err);
    CHECK(outcome.status == 139);
    CHECK(has(outcome.err, "SIGSEGV"));
    CHECK(has(outcome.err, "main at "));
    CHECK(has(outcome.err, "misuse.c:"));
    CHECK(outcome.seconds < 2 * test::slowness());
}

// A pipe with a name, in which there is no room and from which nobody reads.
struct FullPipe {
    explicit FullPipe(const std::string& name) : path(name) {
        REQUIRE(mkfifo(path.c_str(), 0600) == 0);
        both_ends = open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
        while (write(both_ends, std::array<char, 4096>().data(), 4096) > 0) {
        }
        REQUIRE(errno == EAGAIN);
    }
    ~FullPipe() { close(both_ends); }
    std::string path;
    int both_ends;
};

}  // namespace

TEST_CASE("a crash is reported where the caller reads, not to what the program made of descriptor 2") {
    Scratch scratch;
    reported(shell(future_run(MISUSE " close")));
    reported(shell(future_run(MISUSE " pipe")));
    reported(shell(future_run(MISUSE " file " + (scratch / "data"))));
    CHECK(text_of(scratch / "data") == "data\n");
}

TEST_CASE("statistics are said there too") {
    const Outcome outcome = shell(future_run("--stats " MISUSE " close"));
    CHECK(has(outcome.err, "delegated calls"));
}

TEST_CASE("a reader that does not read, or is gone, delays the end for a moment only") {
    Scratch scratch;
    const FullPipe full(scratch / "full");
    const std::string crash = "exec " + future_run(MISUSE " crash") + " 2>" + full.path;
    const Outcome outcome = shell(crash);
    CHECK(outcome.status == 139);
    CHECK(outcome.seconds < 5 * test::slowness());
    test::Running running({.words = {"/bin/sh", "-c", crash}, .time_out_seconds = 10});
    usleep(700000);
    running.kill(SIGTERM);
    const Outcome ended = running.wait();
    CHECK((ended.status == 139 || ended.status == 143));
    CHECK(ended.seconds < 1.8 * test::slowness());
    CHECK(shell("{ { sleep 0.1; " + future_run(MISUSE " crash") + " 2>&1 >/dev/null; echo $? >&3; } | true; } 3>&1").out ==
          "139\n");
}

TEST_CASE("a program file that was replaced or cut short meanwhile is not opened again") {
    Scratch scratch;
    const std::string copy = scratch / "program";
    CHECK(shell("cp " MISUSE " " + copy + " && mkfifo " + (scratch / "fifo")).status == 0);
    reported(shell(future_run(copy + " replace " + (scratch / "fifo"))));
    CHECK(shell("rm " + copy + " && cp " MISUSE " " + copy).status == 0);
    const Outcome outcome = shell(future_run(copy + " shrink"));
    CHECK(outcome.status == 139);
    CHECK(has(outcome.err, "SIGSEGV"));
    CHECK(has(outcome.err, "its calls are not shown: reading its file failed (SIGBUS)"));
}

TEST_CASE("--stats=FILE is opened before the program runs") {
    Scratch scratch;
    REQUIRE(mkdir((scratch / "other").c_str(), 0700) == 0);
    const Outcome outcome = shell("cd " + scratch.path().string() + " && " + future_run("--stats=stats.json " MISUSE " chdir other"));
    INFO(outcome.err);
    CHECK(outcome.status == 0);
    CHECK(has(text_of(scratch / "stats.json"), "\"delegated_calls\""));
    CHECK(access((scratch / "other/stats.json").c_str(), F_OK) != 0);

    const std::string data = scratch / "data";
    for (const char* option : {"--stats=", "--capture="}) {
        const Outcome refused = shell(future_run(option + (scratch / "none/file ") + MISUSE " file " + data));
        CHECK(refused.status == 125);
        CHECK(has(refused.err, "cannot write " + (scratch / "none/file") + ": No such file"));
        CHECK(access(data.c_str(), F_OK) != 0);
    }
}

TEST_CASE("closed standard descriptors stay closed for the program, and nothing of ours gets their numbers") {
    Scratch scratch;
    const std::string data = scratch / "data";
    const Outcome outcome = shell(future_run("--stats " MISUSE " closed " + data) + " <&- >&- 2>&-");
    CHECK(outcome.status == 7);
    CHECK(text_of(data) == "data\n");
    CHECK(shell(future_run(MISUSE " crash") + " <&- >&- 2>&-").status == 139);
    CHECK(shell(future_run("--cores 0 " MISUSE) + " <&- >&- 2>&-").status == 125);
}
