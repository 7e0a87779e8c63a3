// SPDX-License-Identifier: MIT
// A program that breaks out of its mode on the hosted machine finds that the machine has locked itself in.
#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include "command.h"

using test::binary;
using test::guest;
using test::has;
using test::Outcome;

namespace {

constexpr int no_such_attempt = 77, refused_by_linux = 1, ended = 128 + 31, no_such_door = 128 + 11;

}  // namespace

TEST_CASE("a program that breaks out of its mode gets nothing of Linux, and `future run` says what happened") {
    int attempt = 0;
    for (;; attempt++) {
        const Outcome outcome = test::future({"run", guest("escape"), std::to_string(attempt)});
        if (outcome.status == no_such_attempt) break;
        CAPTURE(outcome.out);
        CAPTURE(outcome.err);
        const bool by_int_0x80 = has(outcome.out, "int 0x80");  // a kernel without 32-bit programs has none
        CHECK((outcome.status == ended || outcome.status == refused_by_linux || (by_int_0x80 && outcome.status == no_such_door)));
        if (has(outcome.out, "protections")) CHECK(outcome.status == ended);  // Linux would do some of it
        if (outcome.status == ended) CHECK(has(outcome.err, "SIGSYS"));
    }
    CHECK(attempt >= 20);
    CHECK(access("/tmp/future-escape", F_OK) != 0);
}

TEST_CASE("beside a program that breaks out, the others of its machine go on") {
    const std::string name = "escape" + std::to_string(getpid());
    REQUIRE(test::future({"boot", "--name", name, "--cores", "3", "--memory", "512M"}).status == 0);
    {
        test::Running other({.words = {binary("future"), "run", "--name", name, "--cores", "1", guest("crash"), "loop"}});
        REQUIRE(other.wait_for_output("about to end badly"));
        for (const char* attempt : {"0", "5", "8", "12", "14"})
            CHECK(test::future({"run", "--name", name, "--cores", "1", guest("escape"), attempt}).status == ended);
        CHECK(test::future({"run", "--name", name, "--cores", "1", binary("hello")}).status == 0);
        other.kill(SIGTERM);
        CHECK(other.wait().status == 128 + SIGTERM);
    }
    CHECK(test::future({"shutdown", "--name", name}).status == 0);
}
