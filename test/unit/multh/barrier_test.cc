// SPDX-License-Identifier: MIT
// Barriers and spin locks: rounds that follow each other at once, holders that are parked.
#include "bodies.h"

#include <atomic>
#include <random>
#include <vector>

TEST_CASE("a barrier used again at once: nobody runs ahead, one serial thread a round, memory free at once")
{
    std::mt19937 random(7);
    for (int seed = 0; seed < 12; seed++) {
        const uint32_t cores = 1 + random() % 4, threads = 1 + random() % 9, rounds = 200;
        CAPTURE(cores);
        CAPTURE(threads);
        static std::atomic<uint32_t> arrived, serial, early, yields;
        static pthread_barrier_t *barrier;
        static uint32_t count;
        arrived = serial = early = 0;
        yields = random();
        count = threads;
        CHECK(run_machine({.cores = cores, .spin_limit = random() % 2 ? 300u : 0u}, [&] {
                  std::vector<pthread_t> ids(threads);
                  barrier = new pthread_barrier_t;
                  REQUIRE_THAT(pthread_barrier_init(barrier, nullptr, threads) == 0);
                  for (auto &id : ids)
                      id = start([](void *) -> void * {
                          for (uint32_t round = 1; round <= rounds; round++) {
                              if (yields++ % 5 == 0)
                                  sched_yield();
                              arrived++;
                              int result = pthread_barrier_wait(barrier);
                              early += arrived < round * count;
                              serial += result == PTHREAD_BARRIER_SERIAL_THREAD;
                              early += result != 0 && result != PTHREAD_BARRIER_SERIAL_THREAD;
                          }
                          return nullptr;
                      });
                  for (auto id : ids)
                      pthread_join(id, nullptr);
                  REQUIRE_THAT(pthread_barrier_destroy(barrier) == 0);
                  delete barrier;
                  return 0;
              }).status == 0);
        CHECK(arrived == rounds * threads);
        CHECK(serial == rounds);
        CHECK(early == 0);
    }
}

TEST_CASE("more threads than a barrier counts: each round takes as many as come first")
{
    on_cores({1, 2, 4}, [] {
        static pthread_barrier_t barrier;
        static std::atomic<int> serial, arrivals;
        std::vector<pthread_t> ids(12);
        serial = arrivals = 0;
        REQUIRE_THAT(pthread_barrier_init(&barrier, nullptr, 3) == 0);
        for (auto &id : ids)
            id = start([](void *) -> void * {
                while (arrivals++ < 1200) // of whichever threads: the last round is complete too
                    serial += pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD;
                return nullptr;
            });
        for (auto id : ids)
            pthread_join(id, nullptr);
        REQUIRE_THAT(serial == 400);
        return 0;
    });
}

TEST_CASE("a barrier that counts nobody, or is waited at, or is gone")
{
    on_cores({1, 2}, [] {
        static pthread_barrier_t barrier;
        pthread_barrierattr_t attributes;
        int shared;
        REQUIRE_THAT(pthread_barrier_init(&barrier, nullptr, 0) == EINVAL);
        REQUIRE_THAT(pthread_barrierattr_init(&attributes) == 0);
        REQUIRE_THAT(pthread_barrierattr_getpshared(&attributes, &shared) == 0 && shared == PTHREAD_PROCESS_PRIVATE);
        REQUIRE_THAT(pthread_barrierattr_setpshared(&attributes, 7) == EINVAL);
        REQUIRE_THAT(pthread_barrierattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED) == 0);
        REQUIRE_THAT(pthread_barrierattr_getpshared(&attributes, &shared) == 0 && shared == PTHREAD_PROCESS_SHARED);
        REQUIRE_THAT(pthread_barrier_init(&barrier, &attributes, 2) == 0);
        static std::atomic<bool> began;
        began = false;
        pthread_t id = start([](void *) -> void * {
            began = true;
            return (void *)(intptr_t)pthread_barrier_wait(&barrier);
        });
        while (!began)
            sched_yield();
        multh_sleep_until(multh_monotonic_ns() + 5'000'000);
        REQUIRE_THAT(pthread_barrier_destroy(&barrier) == EBUSY);
        REQUIRE_THAT(pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD);
        void *result;
        REQUIRE_THAT(pthread_join(id, &result) == 0 && result == nullptr);
        REQUIRE_THAT(pthread_barrier_destroy(&barrier) == 0 && pthread_barrier_wait(&barrier) == EINVAL);
        return 0;
    });
}

TEST_CASE("a spin lock excludes, though its holder parks, and though there is one core")
{
    on_cores({1, 2, 4}, [] {
        static pthread_spinlock_t lock;
        static int inside, total;
        static std::atomic<int> broken;
        std::vector<pthread_t> ids(6);
        inside = total = 0;
        broken = 0;
        REQUIRE_THAT(pthread_spin_init(&lock, 5) == EINVAL);
        REQUIRE_THAT(pthread_spin_init(&lock, PTHREAD_PROCESS_SHARED) == 0);
        for (auto &id : ids)
            id = start([](void *) -> void * {
                for (int i = 0; i < 200; i++) {
                    broken += pthread_spin_lock(&lock) != 0;
                    broken += inside++ != 0;
                    if (i % 7 == 0)
                        sched_yield();
                    if (i % 40 == 0)
                        nop(1);
                    total++;
                    inside--;
                    broken += pthread_spin_unlock(&lock) != 0;
                }
                return nullptr;
            });
        for (auto id : ids)
            pthread_join(id, nullptr);
        REQUIRE_THAT(broken == 0 && total == 1200);
        REQUIRE_THAT(pthread_spin_unlock(&lock) == EPERM && pthread_spin_trylock(&lock) == 0);
        REQUIRE_THAT(pthread_spin_lock(&lock) == EDEADLK && pthread_spin_trylock(&lock) == EBUSY);
        REQUIRE_THAT(pthread_spin_destroy(&lock) == EBUSY && pthread_spin_unlock(&lock) == 0);
        return pthread_spin_destroy(&lock);
    });
}
