// SPDX-License-Identifier: MIT
// What tests of POSIX objects share: thread bodies as lambdas, machines of several sizes, times to come.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <initializer_list>

#include "future/multh.h"
#include "machine.h"
#include "posix_names.h"

// In a program on a machine: its line is the exit status.
#define REQUIRE_THAT(condition) \
    do \
        if (!(condition)) \
            return __LINE__; \
    while (0)

namespace {

[[maybe_unused]] pthread_t start(void *(*body)(void *), void *argument = nullptr)
{
    pthread_t id;
    REQUIRE(pthread_create(&id, nullptr, body, argument) == 0);
    return id;
}

[[maybe_unused]] timespec in_ms(clockid_t clock, int64_t ms)
{
    uint64_t ns = (clock == CLOCK_REALTIME ? multh_realtime_ns() : multh_monotonic_ns()) + (uint64_t)(ms * 1000000);
    return {(time_t)(ns / 1000000000), (long)(ns % 1000000000)};
}

[[maybe_unused]] void on_cores(std::initializer_list<uint32_t> counts, std::function<int()> program)
{
    for (uint32_t cores : counts) {
        CAPTURE(cores);
        CHECK(run_machine({.cores = cores, .spin_limit = cores == 2 ? 500u : 0u}, program).status == 0);
    }
}

} // namespace
