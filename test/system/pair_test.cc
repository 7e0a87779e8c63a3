// SPDX-License-Identifier: MIT
// Programs and plug-ins of one interface in three forms (pair/): what the lock calls compatible runs in both, and what it
// does not is named before the program starts.
#include <doctest/doctest.h>

#include <regex>
#include <string>

#include "command.h"

using test::Outcome;

namespace {

Outcome run_pair(const std::string& program, const std::string& plugin) {
    const std::string folder = std::string(FUTURE_BIN) + "/../test/pair_";
    return test::future({"run", "--plugin", folder + plugin + ".so", folder + program});
}

// One line: the program's file, the call and its interface, both hashes, and what to do.
void refused(const std::string& program, const std::string& plugin) {
    CAPTURE(program);
    CAPTURE(plugin);
    const Outcome outcome = run_pair(program, plugin);
    CHECK(outcome.status == 126);
    CHECK(outcome.out.empty());
    std::smatch found;
    REQUIRE_MESSAGE(std::regex_match(outcome.err, found, std::regex("future: .*/pair_" + program +
                        ": was built with another form of these calls: pair\\.ask \\((0x[0-9a-f]{16}) in the program, (0x[0-9a-f]{16}) here\\); "
                        "build it again .*--plugin FILE\\)\n")), outcome.err);
    CHECK(found[1] != found[2]);
}

}  // namespace

TEST_CASE("a program runs with the plug-in that it was built with, and an older one with a newer plug-in that is compatible") {
    for (const char* form : {"older", "newer", "other"}) {
        CAPTURE(form);
        const Outcome outcome = run_pair(form, form);
        CHECK_MESSAGE(outcome.status == 0, (outcome.out + outcome.err));
    }
    const Outcome outcome = run_pair("older", "newer");
    CHECK_MESSAGE(outcome.status == 0, (outcome.out + outcome.err));
}

TEST_CASE("a program of another form of the interface is named before it starts, with both hashes") {
    refused("newer", "older");  // it might ask for what the plug-in has not
    refused("older", "other");  // its memory would be overwritten
    refused("other", "older");
    refused("newer", "other");
    refused("other", "newer");
}
