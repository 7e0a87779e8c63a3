// SPDX-License-Identifier: MIT
// Delegated calls: every reply reaches its thread, whatever the proxy does and however full the rings are.
#include <doctest/doctest.h>

#include <atomic>
#include <vector>

#include "future/multh.h"
#include "machine.h"
#include "posix_names.h"

namespace {

std::atomic<int> wrong;
int calls_each;

void *make_calls(void *argument)
{
    int64_t base = (int64_t)(intptr_t)argument * 1000000;
    for (int i = 0; i < calls_each; i++)
        if (nop(base + i) != base + i)
            wrong++;
    return nullptr;
}

int many_callers(int threads, int calls)
{
    std::vector<pthread_t> ids((size_t)threads);
    calls_each = calls;
    wrong = 0;
    for (int i = 0; i < threads; i++)
        if (pthread_create(&ids[(size_t)i], nullptr, make_calls, (void *)(intptr_t)(i + 1)))
            return 2;
    for (auto id : ids)
        if (pthread_join(id, nullptr))
            return 3;
    return wrong ? 1 : 0;
}

} // namespace

TEST_CASE("a null call comes back with its result, and switches to nobody")
{
    for (uint32_t spin : {0u, 2000u}) {
        struct multh_statistics after{};
        auto result = run_machine({.spin_limit = spin}, [&] {
            for (int64_t i = 0; i < 1000; i++)
                if (nop(i * 3) != i * 3)
                    return 1;
            multh_statistics(&after);
            return 0;
        });
        CHECK(result.status == 0);
        CHECK(result.requests == 1000);
        CHECK(after.total.delegated_calls == 1000);
        CHECK(after.total.replies == 1000);
        CHECK(after.total.switches <= 1);
    }
}

TEST_CASE("many threads, few cores, every habit of the proxy")
{
    struct Case {
        const char *name;
        MachineOptions options;
    };
    const Case cases[] = {
        {"kind", {.cores = 1}},
        {"kind, spinning", {.cores = 2, .spin_limit = 1000, .habits = {.never_spins = false}}},
        {"reordered and held back", {.cores = 2, .habits = {.reorder = true, .hold_back = 20}}},
        {"pauses", {.cores = 2, .spin_limit = 100, .habits = {.pause_us = 200}}},
        {"wrong sequences and replies for nobody", {.cores = 2, .habits = {.wrong_sequences = 3}}},
        {"spurious doorbells", {.cores = 3, .habits = {.spurious_rings = 2}}},
        {"more cores than CPUs", {.cores = 6, .spin_limit = 50, .habits = {.reorder = true, .spurious_rings = 5}}},
    };
    for (const auto &one : cases) {
        CAPTURE(one.name);
        struct multh_statistics statistics {};
        auto result = run_machine(one.options, [&] {
            int status = many_callers(100, 50);
            multh_statistics(&statistics);
            return status;
        });
        CHECK(result.status == 0);
        CHECK(result.requests == 5000);
        CHECK(statistics.total.replies == 5000);
        if (one.options.habits.wrong_sequences)
            CHECK(statistics.total.dropped_replies > 1000);
        else
            CHECK(statistics.total.dropped_replies == 0);
    }
}

TEST_CASE("a full request ring: who waits for room gets it")
{
    for (uint32_t cores : {1u, 3u})
        for (uint64_t pause : {0ull, 300ull}) {
            CAPTURE(cores);
            CAPTURE(pause);
            struct multh_statistics statistics {};
            // 600 threads with messages of up to 8 lines against 256 lines of ring.
            auto result = run_machine(
                {.cores = cores, .habits = {.reorder = true, .hold_back = 500, .pause_us = pause}}, [&] {
                    std::vector<pthread_t> ids(600);
                    pthread_attr_t attributes;
                    static std::atomic<int> bad;
                    bad = 0;
                    pthread_attr_init(&attributes);
                    pthread_attr_setstacksize(&attributes, 32 * 1024);
                    for (size_t i = 0; i < ids.size(); i++)
                        pthread_create(
                            &ids[i], &attributes,
                            [](void *n) -> void * {
                                for (int64_t k = 0; k < 5; k++)
                                    if (nop_reply((intptr_t)n + k, 1 + (unsigned)((intptr_t)n + k) % 8).result !=
                                        (intptr_t)n + k)
                                        bad++;
                                return nullptr;
                            },
                            (void *)i);
                    for (auto id : ids)
                        pthread_join(id, nullptr);
                    multh_statistics(&statistics);
                    return (int)bad;
                });
            CHECK(result.status == 0);
            CHECK(result.requests == 3000);
            // A peer that never pauses may be quick enough for the ring never to fill.
            if (pause)
                CHECK(statistics.total.room_waits > 0);
        }
}

TEST_CASE("oneway messages return at once; cancel ends a call that never ends, once")
{
    auto result = run_machine({.cores = 2}, [] {
        for (int i = 0; i < 2000; i++)
            nop_oneway();
        pthread_t blocked;
        static NopReply reply;
        pthread_create(
            &blocked, nullptr,
            [](void *) -> void * {
                reply = nop_reply(never_until_cancelled);
                return nullptr;
            },
            nullptr);
        while (multh_cancel_call(blocked) == EINVAL) // until it is in its call
            sched_yield();
        pthread_join(blocked, nullptr);
        if (multh_cancel_call(blocked) != ESRCH || multh_cancel_call(pthread_self()) != EINVAL)
            return 2;
        return reply.error == 125 ? 0 : 1;
    });
    CHECK(result.status == 0);
    CHECK(result.oneway == 2000);
    CHECK(result.cancels == 1);
}

TEST_CASE("a thread that yields for ever does not starve replies")
{
    auto result = run_machine({.cores = 1, .habits = {.never_spins = false}}, [] {
        static std::atomic<bool> stop;
        pthread_t busy[3];
        stop = false;
        for (auto &id : busy)
            pthread_create(
                &id, nullptr,
                [](void *) -> void * {
                    while (!stop)
                        sched_yield();
                    return nullptr;
                },
                nullptr);
        for (int i = 0; i < 200; i++)
            if (nop(i) != i)
                return 1;
        stop = true;
        for (auto id : busy)
            pthread_join(id, nullptr);
        return 0;
    });
    CHECK(result.status == 0);
}

TEST_CASE("lost wake-ups: few threads, cores that fall asleep at once, for a second")
{
    for (uint32_t cores : {1u, 2u, 4u}) {
        CAPTURE(cores);
        auto result = run_machine({.cores = cores}, [] {
            uint64_t end = multh_monotonic_ns() + 400'000'000;
            while (multh_monotonic_ns() < end)
                if (int status = many_callers(3, 20))
                    return status;
            return 0;
        });
        CHECK(result.status == 0);
    }
}
