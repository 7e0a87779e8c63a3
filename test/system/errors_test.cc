// SPDX-License-Identifier: MIT
// Errors are called on Future what they are called on Linux.
#include <doctest/doctest.h>

#include "command.h"

TEST_CASE("errors have the texts that Linux's C library gives them") {
    const test::Outcome theirs = test::run({.words = {test::guest("native/errors")}});
    REQUIRE(theirs.status == 0);
    REQUIRE(theirs.out.find("\n11: Resource temporarily unavailable") != std::string::npos);
    const test::Outcome ours = test::run({.words = {test::binary("future"), "run", test::guest("errors")}});
    CHECK(ours.status == 0);
    CHECK(ours.out == theirs.out);
    CHECK(ours.err == theirs.err);
}
