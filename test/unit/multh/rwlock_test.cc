// SPDX-License-Identifier: MIT
// Read-write locks: exclusion, no side starves, who gives up stands in nobody's way.
#include "bodies.h"

#include <atomic>
#include <random>
#include <vector>

namespace {

pthread_rwlock_t lock;
std::atomic<int> readers, writers, broken, most_readers;

void read_a_while(uint32_t dice)
{
    int now = ++readers;
    broken += writers != 0;
    for (int most = most_readers; now > most && !most_readers.compare_exchange_weak(most, now);)
        ;
    if (dice % 3 == 0)
        sched_yield();
    if (dice % 41 == 0)
        nop(1);
    broken += writers != 0;
    readers--;
}

void write_a_while(uint32_t dice)
{
    broken += ++writers != 1 || readers != 0;
    if (dice % 3 == 0)
        sched_yield();
    if (dice % 29 == 0)
        nop(1);
    broken += writers != 1 || readers != 0;
    writers--;
}

// Every way to lock, by the dice; what was locked is unlocked.
void *lock_at_random(void *seed)
{
    std::mt19937 random((uint32_t)(uintptr_t)seed);
    for (int i = 0; i < 400; i++) {
        const uint32_t dice = random();
        const timespec soon = in_ms(CLOCK_MONOTONIC, dice % 2), now = in_ms(CLOCK_REALTIME, 0);
        int error;
        switch (dice % 11) {
        case 0: case 1: case 2: error = pthread_rwlock_rdlock(&lock); break;
        case 3: error = pthread_rwlock_tryrdlock(&lock); break;
        case 4: error = pthread_rwlock_clockrdlock(&lock, CLOCK_MONOTONIC, &soon); break;
        case 5: error = pthread_rwlock_timedrdlock(&lock, &now); break;
        case 6: case 7: error = pthread_rwlock_wrlock(&lock); break;
        case 8: error = pthread_rwlock_trywrlock(&lock); break;
        case 9: error = pthread_rwlock_clockwrlock(&lock, CLOCK_MONOTONIC, &soon); break;
        default: error = pthread_rwlock_timedwrlock(&lock, &now); break;
        }
        if (error == 0 && dice % 11 < 6)
            read_a_while(dice);
        else if (error == 0)
            write_a_while(dice);
        if (error == 0)
            broken += pthread_rwlock_unlock(&lock) != 0;
        else
            broken += error != ETIMEDOUT && error != EBUSY;
    }
    return nullptr;
}

} // namespace

TEST_CASE("exclusion by every way to lock, many seeds, and the lock is free in the end")
{
    std::mt19937 random(3);
    int most = 0;
    for (int seed = 0; seed < 10; seed++) {
        const uint32_t cores = 1 + random() % 4, threads = 2 + random() % 12;
        CAPTURE(seed);
        CAPTURE(cores);
        readers = writers = broken = most_readers = 0;
        CHECK(run_machine({.cores = cores, .spin_limit = random() % 2 ? 300u : 0u}, [&] {
                  std::vector<pthread_t> ids(threads);
                  pthread_rwlock_init(&lock, nullptr);
                  for (auto &id : ids)
                      id = start(lock_at_random, (void *)(uintptr_t)random());
                  for (auto id : ids)
                      pthread_join(id, nullptr);
                  REQUIRE_THAT(pthread_rwlock_trywrlock(&lock) == 0 && pthread_rwlock_unlock(&lock) == 0);
                  return pthread_rwlock_destroy(&lock);
              }).status == 0);
        CHECK(broken == 0);
        most = std::max(most, most_readers.load());
    }
    CHECK(most > 1); // they do read together
}

TEST_CASE("readers that never leave it alone starve no writer, and writers no reader")
{
    on_cores({1, 2, 4}, [] {
        static std::atomic<bool> stop;
        static bool to_write;
        for (bool hogs_write : {false, true}) {
            std::vector<pthread_t> ids(4);
            pthread_rwlock_init(&lock, nullptr);
            stop = false;
            to_write = hogs_write;
            for (auto &id : ids)
                id = start([](void *) -> void * {
                    while (!stop) {
                        to_write ? pthread_rwlock_wrlock(&lock) : pthread_rwlock_rdlock(&lock);
                        nop(1); // always two of them overlap
                        pthread_rwlock_unlock(&lock);
                    }
                    return nullptr;
                });
            nop(2);
            for (int i = 0; i < 20; i++) {
                REQUIRE_THAT((to_write ? pthread_rwlock_rdlock(&lock) : pthread_rwlock_wrlock(&lock)) == 0);
                REQUIRE_THAT(pthread_rwlock_unlock(&lock) == 0);
            }
            stop = true;
            for (auto id : ids)
                pthread_join(id, nullptr);
        }
        return 0;
    });
}

TEST_CASE("a reader may read again though a writer waits; a writer that gives up lets the readers behind it go on")
{
    on_cores({1, 2}, [] {
        static std::atomic<int> waiting;
        void *result;
        waiting = 0;
        pthread_rwlock_init(&lock, nullptr);
        REQUIRE_THAT(pthread_rwlock_rdlock(&lock) == 0);
        pthread_t writer = start([](void *) -> void * {
            timespec limit = in_ms(CLOCK_REALTIME, 60);
            waiting++;
            return (void *)(intptr_t)pthread_rwlock_timedwrlock(&lock, &limit);
        });
        while (waiting != 1)
            sched_yield();
        multh_sleep_until(multh_monotonic_ns() + 5'000'000);
        pthread_t reader = start([](void *) -> void * {
            waiting++;
            int busy = pthread_rwlock_tryrdlock(&lock); // behind the writer
            int error = pthread_rwlock_rdlock(&lock);
            return (void *)(intptr_t)(busy == EBUSY && error == 0 && pthread_rwlock_unlock(&lock) == 0);
        });
        while (waiting != 2)
            sched_yield();
        REQUIRE_THAT(pthread_rwlock_rdlock(&lock) == 0);
        REQUIRE_THAT(pthread_join(writer, &result) == 0 && (intptr_t)result == ETIMEDOUT);
        REQUIRE_THAT(pthread_join(reader, &result) == 0 && result == (void *)1);
        REQUIRE_THAT(pthread_rwlock_unlock(&lock) == 0 && pthread_rwlock_unlock(&lock) == 0);
        return 0;
    });
}

TEST_CASE("wrong uses of a read-write lock")
{
    on_cores({1, 2}, [] {
        timespec no_time = {0, 1'000'000'000}, past = {0, 0};
        pthread_rwlock_init(&lock, nullptr);
        REQUIRE_THAT(pthread_rwlock_unlock(&lock) == EPERM);
        REQUIRE_THAT(pthread_rwlock_timedrdlock(&lock, &past) == 0); // need not wait
        REQUIRE_THAT(pthread_rwlock_destroy(&lock) == EBUSY);
        REQUIRE_THAT(pthread_rwlock_trywrlock(&lock) == EBUSY);
        REQUIRE_THAT(pthread_rwlock_timedwrlock(&lock, &past) == ETIMEDOUT);
        REQUIRE_THAT(pthread_rwlock_timedwrlock(&lock, &no_time) == EINVAL);
        REQUIRE_THAT(pthread_rwlock_clockwrlock(&lock, CLOCK_PROCESS_CPUTIME_ID, &past) == EINVAL);
        REQUIRE_THAT(pthread_rwlock_unlock(&lock) == 0);
        REQUIRE_THAT(pthread_rwlock_wrlock(&lock) == 0);
        REQUIRE_THAT(pthread_rwlock_wrlock(&lock) == EDEADLK && pthread_rwlock_rdlock(&lock) == EDEADLK);
        REQUIRE_THAT(pthread_rwlock_trywrlock(&lock) == EBUSY && pthread_rwlock_tryrdlock(&lock) == EBUSY);
        void *result;
        pthread_join(start([](void *) { return (void *)(intptr_t)pthread_rwlock_unlock(&lock); }), &result);
        REQUIRE_THAT((intptr_t)result == EPERM);
        REQUIRE_THAT(pthread_rwlock_unlock(&lock) == 0);
        return pthread_rwlock_destroy(&lock);
    });
}
