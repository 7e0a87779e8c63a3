// SPDX-License-Identifier: MIT
// Semaphores: every unit posted is taken once, whoever waits, gives up or destroys; names of the process.
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>

#include "bodies.h"

#include <atomic>
#include <climits>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace {

sem_t units;
std::atomic<int> taken, wrong;

// Out of line: a compiler takes errno's address for one and the same, but the thread may have changed its core.
[[gnu::noinline]] int last_error() { return errno; }
// The error of a call that says -1.
int error_of(int result) { return result == -1 ? last_error() : result; }

} // namespace

TEST_CASE("every unit is taken once, by waiters of all kinds, many seeds")
{
    std::mt19937 random(11);
    for (int seed = 0; seed < 10; seed++) {
        const uint32_t cores = 1 + random() % 4;
        const int takers = 1 + (int)(random() % 8), each = 300;
        CAPTURE(seed);
        taken = wrong = 0;
        CHECK(run_machine({.cores = cores, .spin_limit = random() % 2 ? 300u : 0u}, [&] {
                  std::vector<pthread_t> ids((size_t)takers);
                  REQUIRE_THAT(sem_init(&units, 0, 5) == 0);
                  for (auto &id : ids)
                      id = start([](void *dice) -> void * {
                          std::mt19937 mine((uint32_t)(uintptr_t)dice);
                          for (int i = 0; i < each;) {
                              timespec soon = in_ms(CLOCK_REALTIME, mine() % 2);
                              int error = mine() % 3 == 0   ? error_of(sem_wait(&units))
                                          : mine() % 2 == 0 ? error_of(sem_trywait(&units))
                                                            : error_of(sem_timedwait(&units, &soon));
                              i += error == 0;
                              taken += error == 0;
                              wrong += error != 0 && error != EAGAIN && error != ETIMEDOUT;
                              if (error == EAGAIN)
                                  sched_yield();
                          }
                          return nullptr;
                      }, (void *)(uintptr_t)random());
                  for (int i = 0; i < takers * each; i++) {
                      wrong += sem_post(&units) != 0;
                      if (random() % 4 == 0)
                          sched_yield();
                      if (random() % 50 == 0)
                          nop(1);
                  }
                  for (auto id : ids)
                      pthread_join(id, nullptr);
                  int value;
                  REQUIRE_THAT(sem_getvalue(&units, &value) == 0 && value == 5);
                  return sem_destroy(&units);
              }).status == 0);
        CHECK(taken == takers * each);
        CHECK(wrong == 0);
    }
}

// Who gets the last unit overwrites the memory; a post that still touched it would spoil the pattern.
TEST_CASE("a semaphore may be destroyed and overwritten by who gets its last unit")
{
    on_cores({2, 3}, [] {
        for (int i = 0; i < 3000; i++) {
            static sem_t memory;
            sem_init(&memory, 0, 0);
            pthread_t id = start([](void *) -> void * {
                sem_post(&memory);
                return nullptr;
            });
            while (i % 2 && sem_trywait(&memory) != 0)
                ;
            if (i % 2 == 0)
                sem_wait(&memory);
            memset(&memory, 0x5a, sizeof memory);
            pthread_join(id, nullptr);
            for (unsigned char byte : std::string((char *)&memory, sizeof memory))
                REQUIRE_THAT(byte == 0x5a);
        }
        return 0;
    });
}

TEST_CASE("limits and wrong uses of a semaphore")
{
    on_cores({1, 2}, [] {
        timespec no_time = {0, 1'000'000'000}, past = {-5, 0};
        int value;
        REQUIRE_THAT(error_of(sem_init(&units, 0, (unsigned)SEM_VALUE_MAX + 1)) == EINVAL);
        REQUIRE_THAT(sem_init(&units, 1, SEM_VALUE_MAX) == 0);
        REQUIRE_THAT(error_of(sem_post(&units)) == EOVERFLOW);
        REQUIRE_THAT(sem_getvalue(&units, &value) == 0 && value == SEM_VALUE_MAX);
        REQUIRE_THAT(sem_init(&units, 0, 1) == 0 && sem_timedwait(&units, &no_time) == 0); // need not wait
        REQUIRE_THAT(error_of(sem_timedwait(&units, &no_time)) == EINVAL);
        REQUIRE_THAT(error_of(sem_timedwait(&units, &past)) == ETIMEDOUT);
        REQUIRE_THAT(error_of(sem_clockwait(&units, CLOCK_PROCESS_CPUTIME_ID, &past)) == EINVAL);
        REQUIRE_THAT(error_of(sem_trywait(&units)) == EAGAIN);
        static std::atomic<bool> began;
        began = false;
        pthread_t id = start([](void *) -> void * {
            began = true;
            return (void *)(intptr_t)sem_wait(&units);
        });
        while (!began)
            sched_yield();
        multh_sleep_until(multh_monotonic_ns() + 5'000'000);
        REQUIRE_THAT(error_of(sem_destroy(&units)) == EBUSY);
        REQUIRE_THAT(sem_getvalue(&units, &value) == 0 && value == 0);
        sem_post(&units);
        void *result;
        REQUIRE_THAT(pthread_join(id, &result) == 0 && result == nullptr);
        return sem_destroy(&units);
    });
}

TEST_CASE("names: one semaphore for all who open it, until the last has closed it")
{
    on_cores({1, 2}, [] {
        int value;
        REQUIRE_THAT(sem_open("/a", 0) == SEM_FAILED && last_error() == ENOENT);
        REQUIRE_THAT(sem_open("/a", O_CREAT, 0600, (unsigned)SEM_VALUE_MAX + 1) == SEM_FAILED && last_error() == EINVAL);
        sem_t *one = sem_open("/a", O_CREAT, 0600, 3u);
        REQUIRE_THAT(one != SEM_FAILED && sem_open("/a", O_CREAT, 0600, 9u) == one && sem_open("a", 0) == one);
        REQUIRE_THAT(sem_open("/a", O_CREAT | O_EXCL, 0600, 1u) == SEM_FAILED && last_error() == EEXIST);
        REQUIRE_THAT(sem_getvalue(one, &value) == 0 && value == 3);
        REQUIRE_THAT(sem_unlink("/a") == 0 && error_of(sem_unlink("/a")) == ENOENT);
        REQUIRE_THAT(sem_open("/a", 0) == SEM_FAILED);
        sem_t *other = sem_open("/a", O_CREAT | O_EXCL, 0600, 0u);
        REQUIRE_THAT(other != SEM_FAILED && other != one);
        for (int i = 0; i < 3; i++)
            REQUIRE_THAT(sem_trywait(one) == 0 && sem_close(one) == 0); // works on while it is open
        REQUIRE_THAT(error_of(sem_close(one)) == EINVAL && error_of(sem_close(&units)) == EINVAL);
        REQUIRE_THAT(sem_close(other) == 0 && sem_open("/a", 0) == other); // the name keeps it
        REQUIRE_THAT(sem_unlink("/a") == 0 && sem_close(other) == 0);
        REQUIRE_THAT(sem_open(("/" + std::string(252, 'x')).c_str(), O_CREAT, 0600, 0u) == SEM_FAILED &&
                     last_error() == ENAMETOOLONG);
        REQUIRE_THAT(sem_open("/", O_CREAT, 0600, 0u) == SEM_FAILED && last_error() == EINVAL);
        REQUIRE_THAT(sem_open("/a/b", O_CREAT, 0600, 0u) == SEM_FAILED && last_error() == EINVAL);
        std::vector<sem_t *> many;
        for (int i = 0; i < 100; i++)
            many.push_back(sem_open(("/" + std::to_string(i)).c_str(), O_CREAT | O_EXCL, 0600, (unsigned)i));
        for (int i = 0; i < 100; i++)
            REQUIRE_THAT(sem_getvalue(many[(size_t)i], &value) == 0 && value == i);
        return 0;
    });
}
