// SPDX-License-Identifier: MIT
// What a person meets before anything runs: commands that there are not, help, versions.
#include <doctest/doctest.h>

#include "command.h"

using test::binary;
using test::future;
using test::has;
using test::Outcome;

TEST_CASE("a command that there is not is named, whatever follows it") {
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"bogus"}, {"bogus", "--help"}, {"bogus", "run", "x"}, {""}}) {
        const Outcome outcome = future(words);
        INFO(outcome.out, outcome.err);
        CHECK(outcome.status == 2);
        CHECK(outcome.out.empty());
        CHECK(has(outcome.err, "no command `" + words[0] + "`"));
        CHECK(has(outcome.err, "future --help"));
    }
    CHECK(has(future({"rum", "x"}).err, "did you mean run?"));
    CHECK(has(future({"shutdwon"}).err, "did you mean shutdown?"));
    const Outcome option = future({"--versoin"});
    CHECK(option.status == 2);
    CHECK(has(option.err, "did you mean --version?"));
}

TEST_CASE("without a word, what there is") {
    const Outcome outcome = future({});
    CHECK(outcome.status == 2);
    CHECK(has(outcome.err, "doctor"));
}

TEST_CASE("trace says what there is and what there is not") {
    const Outcome help = future({"trace", "--help"});
    CHECK(help.status == 0);
    CHECK(has(help.out, "ot there yet"));
    CHECK(has(help.out, "--capture"));
    CHECK(!has(help.out, "doctor"));
    for (const std::vector<std::string>& words : {std::vector<std::string>{"trace"}, {"trace", "--follow", "x"}}) {
        const Outcome outcome = future(words);
        CHECK(outcome.status == 125);
        CHECK(has(outcome.err, "--capture"));
    }
}

TEST_CASE("all that can be started says the same version") {
    for (const char* name : {"future", "future-machine", "future-gen", "future-demo", "future-bench"}) {
        CAPTURE(name);
        const Outcome outcome = test::run({.words = {binary(name), "--version"}});
        CHECK(outcome.status == 0);
        CHECK(outcome.err.empty());
        CHECK(outcome.out == std::string(name) + " " FUTURE_VERSION "\n");
    }
    CHECK(has(test::run({.words = {binary("future-cc"), "--version"}}).out, "\nfuture-cc " FUTURE_VERSION ":"));
}
