// SPDX-License-Identifier: MIT
// Who waits with the higher priority is served first; equals in the order in which they came.
#include "bodies.h"

#include <atomic>
#include <functional>
#include <random>
#include <vector>

namespace {

constexpr int most = 12;

pthread_mutex_t mutex;
pthread_cond_t cond;
pthread_rwlock_t rwlock;
sem_t sem, gone;
std::atomic<int> waiting;

struct Waiter {
    int priority;
    bool writes;
    pthread_t id;
};
std::vector<Waiter> waiters;
std::vector<size_t> served; // under what is waited for

// One after another, each parked before the next is created.
void start_all(void *(*body)(void *))
{
    waiting = 0;
    served.clear();
    for (size_t i = 0; i < waiters.size(); i++) {
        waiters[i].id = start(body, (void *)i);
        while (waiting != (int)i + 1)
            sched_yield();
        multh_sleep_until(multh_monotonic_ns() + 300'000);
    }
}

void begin(size_t i)
{
    const sched_param parameters = {.sched_priority = waiters[i].priority};
    pthread_setschedparam(pthread_self(), waiters[i].priority ? SCHED_FIFO : SCHED_OTHER, &parameters);
    waiting++;
}

bool all_served_in_order(bool writers_first = false)
{
    for (const Waiter &waiter : waiters)
        pthread_join(waiter.id, nullptr);
    for (size_t i = 1; i < served.size(); i++) {
        const Waiter &before = waiters[served[i - 1]], &after = waiters[served[i]];
        if (before.priority != after.priority ? before.priority < after.priority
            : writers_first && before.priority && before.writes != after.writes ? after.writes
                                                                                : served[i - 1] > served[i])
            return false;
    }
    return served.size() == waiters.size();
}

void *takes_mutex(void *i)
{
    begin((size_t)i);
    pthread_mutex_lock(&mutex);
    served.push_back((size_t)i);
    pthread_mutex_unlock(&mutex);
    return nullptr;
}

// Who signals hands the turn on only when the one before has been served.
void *waits_for_cond(void *i)
{
    pthread_mutex_lock(&mutex);
    begin((size_t)i);
    pthread_cond_wait(&cond, &mutex);
    served.push_back((size_t)i);
    pthread_mutex_unlock(&mutex);
    sem_post(&gone);
    return nullptr;
}

void *waits_for_sem(void *i)
{
    begin((size_t)i);
    sem_wait(&sem);
    served.push_back((size_t)i);
    sem_post(&gone);
    return nullptr;
}

void *waits_for_rwlock(void *i)
{
    begin((size_t)i);
    waiters[(size_t)i].writes ? pthread_rwlock_wrlock(&rwlock) : pthread_rwlock_rdlock(&rwlock);
    pthread_mutex_lock(&mutex);
    served.push_back((size_t)i);
    pthread_mutex_unlock(&mutex);
    pthread_rwlock_unlock(&rwlock);
    return nullptr;
}

void for_random_waiters(bool readers, const std::function<int()> &round)
{
    for (uint32_t cores : {1u, 2u})
        for (uint32_t seed = 0; seed < 40; seed++) {
            CAPTURE(cores);
            CAPTURE(seed);
            std::mt19937 random(seed);
            waiters.assign(2 + random() % (most - 1), {});
            for (Waiter &waiter : waiters)
                waiter = {(int)(random() % 4), !readers || random() % 2 == 0, {}};
            CHECK(run_machine({.cores = cores}, [&] {
                      pthread_mutex_init(&mutex, nullptr);
                      pthread_cond_init(&cond, nullptr);
                      pthread_rwlock_init(&rwlock, nullptr);
                      sem_init(&sem, 0, 0);
                      sem_init(&gone, 0, 0);
                      return round();
                  }).status == 0);
        }
}

} // namespace

TEST_CASE("a semaphore's units go to the highest priority")
{
    for_random_waiters(false, [] {
        start_all(waits_for_sem);
        for (size_t i = 0; i < waiters.size(); i++) {
            sem_post(&sem);
            sem_wait(&gone);
        }
        return all_served_in_order() ? 0 : __LINE__;
    });
}

TEST_CASE("a signal goes to the highest priority")
{
    for_random_waiters(false, [] {
        start_all(waits_for_cond);
        for (size_t i = 0; i < waiters.size(); i++) {
            pthread_mutex_lock(&mutex);
            pthread_cond_signal(&cond);
            pthread_mutex_unlock(&mutex);
            sem_wait(&gone);
        }
        return all_served_in_order() ? 0 : __LINE__;
    });
}

TEST_CASE("a mutex goes to the highest priority")
{
    for_random_waiters(false, [] {
        pthread_mutex_lock(&mutex);
        start_all(takes_mutex);
        pthread_mutex_unlock(&mutex);
        return all_served_in_order() ? 0 : __LINE__;
    });
}

TEST_CASE("a read-write lock goes to the highest priority, to writers before readers among equals of SCHED_FIFO")
{
    // Readers that are let in together take turns as they like, so here each waits alone: only writers and one reader.
    for_random_waiters(false, [] {
        waiters[waiters.size() / 2].writes = false;
        pthread_rwlock_wrlock(&rwlock);
        start_all(waits_for_rwlock);
        pthread_rwlock_unlock(&rwlock);
        return all_served_in_order(true) ? 0 : __LINE__;
    });
}

TEST_CASE("a reader passes a waiting writer of a lower priority, and none of its own or a higher one")
{
    for (int reader : {0, 1, 2, 3})
        for (int writer : {0, 1, 2, 3}) {
            CAPTURE(reader);
            CAPTURE(writer);
            CHECK(run_machine({.cores = 1}, [&] {
                      pthread_mutex_init(&mutex, nullptr);
                      pthread_rwlock_init(&rwlock, nullptr);
                      waiters = {{writer, true, {}}, {reader, false, {}}};
                      pthread_rwlock_rdlock(&rwlock);
                      start_all(waits_for_rwlock);
                      const bool passed = served.size() == 1 && served[0] == 1;
                      REQUIRE_THAT(passed == (reader > writer) && served.size() == passed);
                      pthread_rwlock_unlock(&rwlock);
                      for (const Waiter &waiter : waiters)
                          pthread_join(waiter.id, nullptr);
                      return served.size() == 2 ? 0 : __LINE__;
                  }).status == 0);
        }
}
