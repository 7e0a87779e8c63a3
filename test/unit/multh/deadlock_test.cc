// SPDX-License-Identifier: MIT
// A program that can never go on is ended, with everybody told; one that can, however late, never is.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <random>
#include <thread>
#include <vector>

#include "future/multh.h"
#include "machine.h"
#include "posix_names.h"

extern "C" {
#include "futurek/abi/threads.h"

extern struct future_threads multh_view;
}

namespace {

struct Pair {
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
    uint64_t turn = 0;
};

void wait_for_turn(Pair &pair, uint64_t turn)
{
    pthread_mutex_lock(&pair.mutex);
    while (pair.turn != turn)
        pthread_cond_wait(&pair.cond, &pair.mutex);
    pthread_mutex_unlock(&pair.mutex);
}

void give_turn(Pair &pair, uint64_t turn)
{
    pthread_mutex_lock(&pair.mutex);
    pair.turn = turn;
    pthread_cond_signal(&pair.cond);
    pthread_mutex_unlock(&pair.mutex);
}

void *waits_for_ever(void *pair)
{
    wait_for_turn(*static_cast<Pair *>(pair), ~0ull);
    return nullptr;
}

constexpr int threads = 12;
constexpr uint64_t turns = 3000;

bool deadlocks(MachineOptions options, std::function<int()> program)
{
    const MachineResult result = run_machine(options, std::move(program));
    return result.status == 128 + 6 && multh_view.last.reason == FUTURE_LAST_DEADLOCK;
}

} // namespace

TEST_CASE("nobody can ever wake anybody: the end, on any number of cores, awake or not, whatever came before")
{
    for (uint32_t cores : {1u, 2u, 4u, 7u})
        for (uint32_t spin : {0u, 400u})
            for (int round = 0; round < 30; round++) {
                CAPTURE(cores);
                CAPTURE(spin);
                Pair pairs[8];
                CHECK(deadlocks({.cores = cores, .spin_limit = spin, .habits = {.reorder = true, .wrong_sequences = 5u}}, [&] {
                    pthread_t ids[8];
                    for (int i = 0; i < 8; i++)
                        pthread_create(&ids[i], nullptr, waits_for_ever, &pairs[i]);
                    for (int i = 0; i < round; i++)
                        nop(i);
                    nop_oneway();
                    if (round % 3 == 0)
                        multh_sleep_until(multh_monotonic_ns() + 100000);
                    pthread_join(ids[round % 8], nullptr);
                    return 0;
                }));
            }
}

TEST_CASE("main left, and the others wait")
{
    Pair pair;
    CHECK(deadlocks({.cores = 2}, [&] {
        pthread_t id;
        pthread_create(&id, nullptr, waits_for_ever, &pair);
        pthread_exit(nullptr);
        return 0;
    }));
}

TEST_CASE("what can still go on is left alone: one call, one timer, one reply that is late")
{
    for (uint32_t cores : {1u, 3u}) {
        Pair pair;
        auto with_company = [&](std::function<int()> rest) {
            return run_machine({.cores = cores, .habits = {.pause_us = 3000}}, [&, rest] {
                       pthread_t id;
                       pthread_create(&id, nullptr, waits_for_ever, &pair);
                       return rest();
                   }).status;
        };
        CHECK(with_company([] {
            for (int i = 0; i < 200; i++)
                nop(i);
            return 7;
        }) == 7);
        CHECK(with_company([] {
            for (int i = 0; i < 50; i++)
                multh_sleep_until(multh_monotonic_ns() + 300000);
            return 8;
        }) == 8);
        CHECK(with_company([] {
            pthread_t id;
            pthread_create(
                &id, nullptr,
                [](void *) -> void * {
                    nop(never_until_cancelled);
                    return nullptr;
                },
                nullptr);
            multh_sleep_until(multh_monotonic_ns() + 20000000);
            multh_cancel_call(id);
            pthread_join(id, nullptr);
            return 9;
        }) == 9);
    }
}

TEST_CASE("who sleeps for ever wants to: that is no deadlock")
{
    const pid_t child = fork();
    if (child == 0)
        _exit(run_machine({.cores = 2}, [] {
                  multh_sleep_until(MULTH_NEVER);
                  return 0;
              }).status);
    for (int i = 0; i < 100; i++) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        REQUIRE(waitpid(child, nullptr, WNOHANG) == 0);
    }
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
}

// Rings of threads pass a token from one to the next; each now and then makes a call or sleeps, so cores go to sleep with
// next to nothing pending all the time, in every order.
TEST_CASE("no false alarm: tokens handed about for long, with calls, timers and full rings in between")
{
    const int rounds = getenv("FUTURE_TEST_LONG") ? 400 : 12;
    std::mt19937 random(20);
    for (int round = 0; round < rounds; round++) {
        const uint32_t cores = 1 + random() % 6;
        const MachineOptions options{.cores = cores,
                                     .ring_lines = random() % 2 ? 64u : 256u,
                                     .spin_limit = random() % 3 ? 0u : 300u,
                                     .habits = {.reorder = random() % 2 == 0,
                                                .never_spins = random() % 2 == 0,
                                                .wrong_sequences = random() % 2 ? 0u : 3u,
                                                .spurious_rings = random() % 2 ? 0u : 4u,
                                                .hold_back = random() % 3 ? 0u : 5u,
                                                .pause_us = random() % 3 ? 0u : 200u}};
        struct Ring {
            Pair pair[threads];
            std::atomic<uint64_t> passed{0};
        } ring;
        struct Member {
            Ring *ring;
            int number;
        } members[threads];
        CAPTURE(round);
        const MachineResult result = run_machine(options, [&] {
            pthread_t ids[threads];
            for (int i = 0; i < threads; i++) {
                members[i] = {&ring, i};
                pthread_create(
                    &ids[i], nullptr,
                    [](void *argument) -> void * {
                        Ring *const mine = static_cast<Member *>(argument)->ring;
                        const int number = static_cast<Member *>(argument)->number;
                        for (uint64_t turn = (uint64_t)number + 1; turn <= turns; turn += threads) {
                            wait_for_turn(mine->pair[number], turn);
                            mine->passed++;
                            if (turn % 5 == 0)
                                nop((int64_t)turn);
                            if (turn % 7 == 0)
                                nop_oneway();
                            if (turn % 97 == 0)
                                multh_sleep_until(multh_monotonic_ns() + 20000);
                            give_turn(mine->pair[(number + 1) % threads], turn + 1);
                        }
                        return nullptr;
                    },
                    &members[i]);
            }
            give_turn(ring.pair[0], 1);
            for (pthread_t id : ids)
                pthread_join(id, nullptr);
            return 5;
        });
        CHECK(result.status == 5);
        CHECK(ring.passed == turns);
    }
}
