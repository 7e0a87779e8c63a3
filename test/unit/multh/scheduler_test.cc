// SPDX-License-Identifier: MIT
// The algorithm: run queue, stealing, every core finds work, stacks and their guards, 100,000 threads.
#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "future/multh.h"
#include "machine.h"
#include "posix_names.h"

extern "C" {
#include "futurek/abi/threads.h"
#include "run_queue.h"

extern struct future_threads multh_view;
}

TEST_CASE("run queue: one pusher, thieves, nothing lost and nothing twice")
{
    static multh_run_queue queue;
    constexpr uintptr_t count = 200000;
    static std::atomic<uint8_t> seen[count];
    std::atomic<uintptr_t> taken{0};
    std::vector<std::thread> thieves;
    auto saw = [&](multh_thread *thread) {
        seen[(uintptr_t)thread - 1]++;
        taken++;
    };
    for (int i = 0; i < 2; i++)
        thieves.emplace_back([&] {
            multh_thread *into[32];
            while (taken < count) {
                uint32_t n = multh_run_queue_take_half(&queue, into, 32);
                for (uint32_t k = 0; k < n; k++)
                    saw(into[k]);
                if (n == 0)
                    std::this_thread::yield();
            }
        });
    for (uintptr_t i = 0; i < count; i++) {
        while (!multh_run_queue_push(&queue, (multh_thread *)(i + 1), false))
            if (auto *thread = multh_run_queue_pop(&queue))
                saw(thread);
        if (i % 7 == 0)
            if (auto *thread = multh_run_queue_pop(&queue))
                saw(thread);
    }
    while (auto *thread = multh_run_queue_pop(&queue))
        saw(thread);
    for (auto &thief : thieves)
        thief.join();
    uintptr_t wrong = 0;
    for (auto &one : seen)
        wrong += one != 1;
    CHECK(wrong == 0);
}

TEST_CASE("work reaches every core: a thread that never parks holds up nobody")
{
    for (uint32_t spin : {0u, 300u}) {
        struct multh_statistics statistics {};
        auto result = run_machine({.cores = 4, .spin_limit = spin}, [&] {
            // Three must run at the same time on three other cores, or none ends: main does not yield.
            static std::atomic<int> running;
            pthread_t ids[3];
            for (int round = 0; round < 50; round++) {
                running = 0;
                for (auto &id : ids)
                    pthread_create(
                        &id, nullptr,
                        [](void *) -> void * {
                            running++;
                            while (running < 4)
                                std::this_thread::yield();
                            return nullptr;
                        },
                        nullptr);
                running++;
                while (running < 4)
                    std::this_thread::yield();
                for (auto id : ids)
                    pthread_join(id, nullptr);
            }
            multh_statistics(&statistics);
            return 0;
        });
        CHECK(result.status == 0);
        CHECK(statistics.cores_started == 4);
        CHECK(statistics.total.steals >= 3);
    }
}

TEST_CASE("a blocked core leaves what it was woken for to others: bursts and idleness, for a second")
{
    auto result = run_machine({.cores = 4}, [] {
        uint64_t end = multh_monotonic_ns() + 700'000'000;
        static std::atomic<int> running;
        while (multh_monotonic_ns() < end) {
            std::vector<pthread_t> ids(4);
            running = 0;
            for (auto &id : ids)
                pthread_create(
                    &id, nullptr,
                    [](void *) -> void * {
                        nop(1);
                        running++;
                        while (running < 4) // each needs a core of its own
                            std::this_thread::yield();
                        return nullptr;
                    },
                    nullptr);
            for (auto id : ids)
                pthread_join(id, nullptr);
        }
        return 0;
    });
    CHECK(result.status == 0);
}

TEST_CASE("timers fire although every other core is asleep and the setter's is busy")
{
    auto result = run_machine({.cores = 2}, [] {
        static std::atomic<bool> fired;
        for (int i = 0; i < 20; i++) {
            fired = false;
            pthread_t id;
            pthread_create(
                &id, nullptr,
                [](void *) -> void * {
                    multh_sleep_until(multh_monotonic_ns() + 2'000'000);
                    fired = true;
                    return nullptr;
                },
                nullptr);
            sched_yield();
            uint64_t begin = multh_monotonic_ns();
            while (!fired && multh_monotonic_ns() - begin < 1'000'000'000)
                std::this_thread::yield();
            if (!fired)
                return 1;
            pthread_join(id, nullptr);
        }
        return 0;
    });
    CHECK(result.status == 0);
}

namespace {

struct Pair {
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t cond[2] = {PTHREAD_COND_INITIALIZER, PTHREAD_COND_INITIALIZER};
    int turn = 0, rounds = 0;

    void play(int side)
    {
        pthread_mutex_lock(&mutex);
        for (int i = 0; i < rounds; i++) {
            while (turn != side)
                pthread_cond_wait(&cond[side], &mutex);
            turn = 1 - side;
            pthread_cond_signal(&cond[1 - side]);
        }
        pthread_mutex_unlock(&mutex);
    }
};

// Two threads that take turns; returns when both are done.
void take_turns(int rounds)
{
    static Pair pair;
    pair.turn = 0;
    pair.rounds = rounds;
    pthread_t other;
    pthread_create(
        &other, nullptr,
        [](void *) -> void * {
            pair.play(1);
            return nullptr;
        },
        nullptr);
    pair.play(0);
    pthread_join(other, nullptr);
}

uint64_t wakes_and_kept(uint64_t *kept)
{
    struct multh_statistics statistics {};
    multh_statistics(&statistics);
    *kept = statistics.total.kept;
    return statistics.total.core_wakes;
}

} // namespace

TEST_CASE("threads that take turns stay on one core: the others are not woken for each turn")
{
    for (uint32_t cores : {2u, 4u}) {
        uint64_t kept = 0, wakes = 0;
        auto result = run_machine({.cores = cores}, [&] {
            take_turns(20000);
            wakes = wakes_and_kept(&kept);
            return 0;
        });
        CHECK(result.status == 0);
        CHECK(wakes < 4000); // of 40,000 turns
    }
}

TEST_CASE("a thread that its waker keeps and does not run is run by another core")
{
    for (uint32_t cores : {2u, 3u}) {
        auto result = run_machine({.cores = cores}, [&] {
            static std::atomic<bool> ran;
            uint64_t before, after;
            int held = 0;
            for (int i = 0; i < 400 && held < 10; i++) {
                take_turns(500); // this core keeps threads from here on
                wakes_and_kept(&before);
                ran = false;
                pthread_t id;
                pthread_create(
                    &id, nullptr,
                    [](void *) -> void * {
                        ran = true;
                        return nullptr;
                    },
                    nullptr);
                wakes_and_kept(&after);
                held += after != before; // nobody was rung for it
                uint64_t begin = multh_monotonic_ns();
                while (!ran) { // computes, and neither parks nor yields
                    if (multh_monotonic_ns() - begin > 20'000'000'000)
                        return 1;
                    std::this_thread::yield();
                }
                pthread_join(id, nullptr);
            }
            return held ? 0 : 2;
        });
        CHECK(result.status == 0);
    }
}

TEST_CASE("kept threads and bursts together: whoever waits for all of them gets them")
{
    auto result = run_machine({.cores = 3}, [] {
        static std::atomic<int> running;
        uint64_t end = multh_monotonic_ns() + 1'000'000'000;
        while (multh_monotonic_ns() < end) {
            take_turns(50);
            pthread_t ids[2];
            running = 0;
            for (auto &id : ids) {
                pthread_create(
                    &id, nullptr,
                    [](void *) -> void * {
                        nop(1);
                        running++;
                        while (running < 3)
                            std::this_thread::yield();
                        return nullptr;
                    },
                    nullptr);
                if (nop(2) != 2)
                    return 1;
            }
            running++;
            while (running < 3)
                std::this_thread::yield();
            for (auto id : ids)
                pthread_join(id, nullptr);
        }
        return 0;
    });
    CHECK(result.status == 0);
}

TEST_CASE("more threads than a run queue holds are all run, in turn")
{
    for (uint32_t cores : {1u, 3u}) {
        auto result = run_machine({.cores = cores}, [] {
            static std::atomic<int> sum;
            std::vector<pthread_t> ids(3000);
            sum = 0;
            for (auto &id : ids)
                if (pthread_create(
                        &id, nullptr,
                        [](void *) -> void * {
                            sched_yield();
                            sum++;
                            return nullptr;
                        },
                        nullptr))
                    return 1;
            for (auto id : ids)
                pthread_join(id, nullptr);
            return sum == 3000 ? 0 : 2;
        });
        CHECK(result.status == 0);
    }
}

#if !defined(__SANITIZE_THREAD__) // TSan has no room for so many fibers
TEST_CASE("100,000 threads live at once on small stacks")
{
    auto result = run_machine({.cores = 1, .max_threads = 100100, .ring_lines = 1024}, [] {
        static std::atomic<int> sum;
        static pthread_mutex_t mutex;
        static pthread_cond_t condition;
        static bool go;
        mutex = PTHREAD_MUTEX_INITIALIZER;
        condition = PTHREAD_COND_INITIALIZER;
        go = false;
        sum = 0;
        pthread_attr_t attributes;
        pthread_attr_init(&attributes);
        pthread_attr_setstacksize(&attributes, 16384);
        std::vector<pthread_t> ids(100000);
        for (auto &id : ids)
            if (pthread_create(
                    &id, &attributes,
                    [](void *) -> void * {
                        pthread_mutex_lock(&mutex);
                        sum++;
                        while (!go)
                            pthread_cond_wait(&condition, &mutex);
                        pthread_mutex_unlock(&mutex);
                        return nullptr;
                    },
                    nullptr))
                return 1;
        while (sum < 100000)
            sched_yield();
        struct multh_statistics statistics {};
        multh_statistics(&statistics);
        if (statistics.threads_alive != 100001)
            return 3;
        pthread_mutex_lock(&mutex);
        go = true;
        pthread_cond_broadcast(&condition);
        pthread_mutex_unlock(&mutex);
        for (auto id : ids)
            pthread_join(id, nullptr);
        return 0;
    });
    CHECK(result.status == 0);
}
#endif

#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
TEST_CASE("a smashed canary ends the process and says why")
{
    auto result = run_machine({.cores = 1}, [] {
        pthread_t id;
        pthread_create(
            &id, nullptr,
            [](void *) -> void * {
                // The word above the highest stack address in use is found by looking: the canary ends the slot.
                auto *word = (volatile uint64_t *)(((uintptr_t)__builtin_frame_address(0) + 4096) & ~4095ul) - 1;
                *word = 0;
                sched_yield();
                return nullptr;
            },
            nullptr);
        for (int i = 0; i < 10; i++)
            sched_yield();
        pthread_join(id, nullptr);
        return 0;
    });
    CHECK(result.status == 128 + 6);
    CHECK(multh_view.last.reason == FUTURE_LAST_OVERFLOW);
}
#endif
