// SPDX-License-Identifier: MIT
// On a computer that lacks something, a program runs all the same, or one line says what is missing before anything is started.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "command.h"

using test::binary;
using test::guest;
using test::Outcome;

namespace {

constexpr int not_here = 77;  // `without` cannot take it away on this computer

Outcome run_without(const std::string& what, std::vector<std::string> words) {
    words.insert(words.begin(), {FUTURE_WITHOUT, what, "--"});
    return test::run({.words = std::move(words)});
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("what is not needed is not missed") {
    for (const char* what : {"user-dispatch", "seccomp", "since-5.0", "since-4.5", "container-calls", "affinity", "guard-pages", "home", "environment", "terminal",
                             "cpus", "descriptors", "locked-memory", "dev-shm", "sys"}) {
        CAPTURE(what);
        test::Scratch scratch;
        const Outcome outcome = run_without(what, {binary("future"), "run", "--cores", "2", guest("files"), scratch.path()});
        if (outcome.status == not_here && has(outcome.err, "without:")) {
            MESSAGE("cannot be taken away here: " << outcome.err);
            continue;
        }
        CAPTURE(outcome.err);
        CHECK(outcome.status == 0);
    }
}

TEST_CASE("a program runs with the few descriptors that it may have, and with links that name what is to be made") {
    CHECK(run_without("many-descriptors", {binary("future"), "run", binary("hello")}).status == 0);
    test::Scratch scratch;
    REQUIRE(symlink("made", (scratch / "link").c_str()) == 0);
    REQUIRE(symlink("link", (scratch / "again").c_str()) == 0);
    REQUIRE(symlink("round", (scratch / "round").c_str()) == 0);
    CHECK(run_without("since-5.0", {binary("future"), "run", guest("create"), scratch / "again"}).status == 0);
    CHECK(access((scratch / "made").c_str(), F_OK) == 0);
    CHECK(run_without("since-5.0", {binary("future"), "run", guest("create"), scratch / "round"}).status == 40);
}

TEST_CASE("what is needed is named in one line, and nothing is started") {
    struct {
        const char *what, *said;
    } cases[] = {
        {"memfd", "memfd_create"},
        {"executable-memfd", "execute shared memory"},
        {"gs-base", "arch_prctl"},
        {"sockets", "socket"},
        {"epoll", "epoll_create1"},
        {"eventfd", "eventfd"},
        {"signalfd", "signalfd"},
        {"timerfd", "timerfd_create"},
        {"proc", "/proc is not mounted"},
        {"dev-null", "/dev/null"},
        {"file-size", "File too large"},
        {"five-descriptors", "ulimit -Hn"},
    };
    for (const auto& [what, said] : cases) {
        CAPTURE(what);
        const Outcome outcome = run_without(what, {binary("future"), "run", binary("hello")});
        if (outcome.status == not_here && has(outcome.err, "without:")) {
            MESSAGE("cannot be taken away here: " << outcome.err);
            continue;
        }
        CAPTURE(outcome.err);
        CHECK(outcome.status == 125);
        CHECK(outcome.out.empty());
        CHECK(has(outcome.err, said));
        CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
        CHECK(!has(outcome.err, "bug"));
    }
}

TEST_CASE("doctor finds what is missing, and its page is the documents'") {
    const Outcome whole = test::run({.words = {binary("future"), "doctor"}});
    CHECK(whole.status == 0);
    CHECK(has(whole.out, "the hosted machine works here"));
    CHECK(has(test::run({.words = {binary("future"), "doctor", "--json"}}).out, "\"verdict\""));

    for (const char* what : {"memfd", "gs-base", "sockets", "timerfd", "file-size", "dev-null"}) {
        CAPTURE(what);
        const Outcome outcome = run_without(what, {binary("future"), "doctor"});
        CHECK(outcome.status == 1);
        CHECK(has(outcome.out, "MISSING"));
    }
    CHECK(has(run_without("user-dispatch", {binary("future"), "doctor"}).out, "weaker   Syscall User Dispatch"));

    std::ifstream file(FUTURE_SOURCE "/docs/requirements.md");
    std::stringstream page;
    page << file.rdbuf();
    CHECK(test::run({.words = {binary("future"), "doctor", "--page"}}).out == page.str());
}
