// SPDX-License-Identifier: MIT
// The main of every doctest program: links with each test that future_add_test makes.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
