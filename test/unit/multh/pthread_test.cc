// SPDX-License-Identifier: MIT
// POSIX semantics on virtual cores: join, detach, mutex kinds, conditions, time limits, once, keys, stacks.
#include <doctest/doctest.h>

#include <atomic>
#include <cstring>
#include <vector>

#include "future/multh.h"
#include "machine.h"
#include "posix_names.h"

namespace {

#define REQUIRE_THAT(condition) \
    do \
        if (!(condition)) \
            return __LINE__; \
    while (0)

using Body = void *(*)(void *);

pthread_t start(Body body, void *argument = nullptr)
{
    pthread_t id;
    REQUIRE(pthread_create(&id, nullptr, body, argument) == 0);
    return id;
}

timespec in_ms(clockid_t clock, int64_t ms)
{
    uint64_t ns = (clock == CLOCK_REALTIME ? multh_realtime_ns() : multh_monotonic_ns()) + (uint64_t)(ms * 1000000);
    return {(time_t)(ns / 1000000000), (long)(ns % 1000000000)};
}

void on_cores(std::initializer_list<uint32_t> counts, std::function<int()> program)
{
    for (uint32_t cores : counts) {
        CAPTURE(cores);
        CHECK(run_machine({.cores = cores, .spin_limit = cores == 2 ? 500u : 0u}, program).status == 0);
    }
}

} // namespace

TEST_CASE("create, join, detach, exit")
{
    on_cores({1, 2, 4}, [] {
        void *value;
        for (intptr_t i = 0; i < 3000; i++) {
            pthread_t id = start([](void *argument) { return argument; }, (void *)i);
            REQUIRE_THAT(pthread_join(id, &value) == 0 && value == (void *)i);
            REQUIRE_THAT(pthread_join(id, &value) == ESRCH && pthread_detach(id) == ESRCH);
        }
        pthread_t id = start([](void *) -> void * {
            pthread_exit((void *)77);
            return nullptr;
        });
        REQUIRE_THAT(pthread_join(id, &value) == 0 && value == (void *)77);
        REQUIRE_THAT(pthread_join(pthread_self(), nullptr) == EDEADLK);

        static std::atomic<int> ended;
        ended = 0;
        for (int i = 0; i < 500; i++) {
            id = start([](void *) -> void * {
                ended++;
                return nullptr;
            });
            REQUIRE_THAT(pthread_detach(id) == 0 || ended > 0);
        }
        while (ended < 500)
            sched_yield();
        return 0;
    });
}

TEST_CASE("the thread limit is EAGAIN, and what has ended frees its place, in whatever stack size")
{
    auto result = run_machine({.cores = 1, .max_threads = 50}, [] {
        pthread_attr_t attributes;
        pthread_t ids[49], more;
        pthread_attr_init(&attributes);
        for (size_t size : {16u << 10, 64u << 10, 512u << 10}) {
            pthread_attr_setstacksize(&attributes, size);
            for (auto &id : ids)
                REQUIRE_THAT(pthread_create(&id, &attributes, [](void *n) { return n; }, nullptr) == 0);
            REQUIRE_THAT(pthread_create(&more, &attributes, [](void *n) { return n; }, nullptr) == EAGAIN);
            for (auto id : ids)
                REQUIRE_THAT(pthread_join(id, nullptr) == 0);
        }
        return 0;
    });
    CHECK(result.status == 0);
}

TEST_CASE("mutexes exclude, also across parks, and a busy owner starves nobody")
{
    on_cores({1, 2, 4}, [] {
        static pthread_mutex_t mutex;
        static int inside, total;
        static std::atomic<int> broken;
        mutex = PTHREAD_MUTEX_INITIALIZER;
        total = 0;
        broken = 0;
        std::vector<pthread_t> ids(8);
        for (auto &id : ids)
            id = start([](void *) -> void * {
                for (int i = 0; i < 300; i++) {
                    pthread_mutex_lock(&mutex);
                    if (inside++ != 0)
                        broken++;
                    if (i % 3 == 0)
                        sched_yield();
                    if (i % 50 == 0)
                        nop(1);
                    total++;
                    inside--;
                    pthread_mutex_unlock(&mutex);
                }
                return nullptr;
            });
        for (auto id : ids)
            pthread_join(id, nullptr);
        REQUIRE_THAT(broken == 0 && total == 8 * 300);
        REQUIRE_THAT(pthread_mutex_destroy(&mutex) == 0);

        // One thread that always calls Linux with the mutex held; without handing over nobody else would ever get it.
        static std::atomic<bool> stop;
        stop = false;
        pthread_t hog = start([](void *) -> void * {
            while (!stop) {
                pthread_mutex_lock(&mutex);
                nop(1);
                pthread_mutex_unlock(&mutex);
            }
            return nullptr;
        });
        nop(2);
        for (int i = 0; i < 10; i++) {
            pthread_mutex_lock(&mutex);
            pthread_mutex_unlock(&mutex);
        }
        stop = true;
        pthread_join(hog, nullptr);
        return 0;
    });
}

TEST_CASE("mutex kinds and time limits")
{
    on_cores({1, 2}, [] {
        pthread_mutexattr_t attributes;
        static pthread_mutex_t mutex;
        pthread_mutexattr_init(&attributes);
        REQUIRE_THAT(pthread_mutexattr_settype(&attributes, 9) == EINVAL);
        pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
        pthread_mutex_init(&mutex, &attributes);
        REQUIRE_THAT(pthread_mutex_lock(&mutex) == 0 && pthread_mutex_lock(&mutex) == 0);
        REQUIRE_THAT(pthread_mutex_trylock(&mutex) == 0);
        auto try_it = [](void *) { return (void *)(intptr_t)pthread_mutex_trylock(&mutex); };
        void *value;
        for (int held = 3; held >= 0; held--) {
            pthread_join(start(try_it), &value);
            REQUIRE_THAT((intptr_t)value == (held ? EBUSY : 0));
            if (held)
                REQUIRE_THAT(pthread_mutex_unlock(&mutex) == 0);
        }
        REQUIRE_THAT(pthread_mutex_unlock(&mutex) == EPERM);

        pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
        pthread_mutex_init(&mutex, &attributes);
        REQUIRE_THAT(pthread_mutex_unlock(&mutex) == EPERM);
        REQUIRE_THAT(pthread_mutex_lock(&mutex) == 0 && pthread_mutex_lock(&mutex) == EDEADLK);
        REQUIRE_THAT(pthread_mutex_destroy(&mutex) == EBUSY);
        pthread_join(start([](void *) -> void * {
                         uint64_t begin = multh_monotonic_ns();
                         timespec limit = in_ms(CLOCK_REALTIME, 20);
                         int error = pthread_mutex_timedlock(&mutex, &limit);
                         return (void *)(intptr_t)(error == ETIMEDOUT && multh_monotonic_ns() - begin >= 19'000'000);
                     }),
                     &value);
        REQUIRE_THAT(value == (void *)1);
        return pthread_mutex_unlock(&mutex);
    });
}

TEST_CASE("condition variables: signal wakes one, broadcast all, timedwait ends")
{
    on_cores({1, 2, 4}, [] {
        static pthread_mutex_t mutex;
        static pthread_cond_t filled, emptied;
        static int items, consumed, produced;
        mutex = PTHREAD_MUTEX_INITIALIZER;
        filled = emptied = PTHREAD_COND_INITIALIZER;
        items = consumed = produced = 0;
        std::vector<pthread_t> ids;
        for (int i = 0; i < 4; i++) {
            ids.push_back(start([](void *) -> void * {
                for (int n = 0; n < 2000; n++) {
                    pthread_mutex_lock(&mutex);
                    while (items == 3)
                        pthread_cond_wait(&emptied, &mutex);
                    items++;
                    produced++;
                    pthread_cond_signal(&filled);
                    pthread_mutex_unlock(&mutex);
                }
                return nullptr;
            }));
            ids.push_back(start([](void *) -> void * {
                for (int n = 0; n < 2000; n++) {
                    pthread_mutex_lock(&mutex);
                    while (items == 0)
                        pthread_cond_wait(&filled, &mutex);
                    items--;
                    consumed++;
                    pthread_cond_signal(&emptied);
                    pthread_mutex_unlock(&mutex);
                }
                return nullptr;
            }));
        }
        for (auto id : ids)
            pthread_join(id, nullptr);
        REQUIRE_THAT(items == 0 && consumed == 8000 && produced == 8000);

        static int waiting;
        static bool go;
        waiting = 0;
        go = false;
        ids.clear();
        for (int i = 0; i < 50; i++)
            ids.push_back(start([](void *) -> void * {
                pthread_mutex_lock(&mutex);
                waiting++;
                while (!go)
                    pthread_cond_wait(&filled, &mutex);
                pthread_mutex_unlock(&mutex);
                return nullptr;
            }));
        for (bool all = false; !all; sched_yield()) {
            pthread_mutex_lock(&mutex);
            all = waiting == 50;
            pthread_mutex_unlock(&mutex);
        }
        pthread_mutex_lock(&mutex);
        go = true;
        pthread_cond_broadcast(&filled);
        pthread_mutex_unlock(&mutex);
        for (auto id : ids)
            pthread_join(id, nullptr);

        for (clockid_t clock : {CLOCK_REALTIME, CLOCK_MONOTONIC}) {
            pthread_condattr_t attributes;
            pthread_cond_t never;
            pthread_condattr_init(&attributes);
            REQUIRE_THAT(pthread_condattr_setclock(&attributes, clock) == 0);
            pthread_cond_init(&never, &attributes);
            pthread_mutex_lock(&mutex);
            uint64_t begin = multh_monotonic_ns();
            timespec limit = in_ms(clock, 15);
            int error;
            do
                error = pthread_cond_timedwait(&never, &mutex, &limit);
            while (error == 0);
            REQUIRE_THAT(error == ETIMEDOUT);
            uint64_t took = multh_monotonic_ns() - begin;
            REQUIRE_THAT(took >= 14'000'000 && took < 2'000'000'000);
            REQUIRE_THAT(pthread_mutex_trylock(&mutex) == EBUSY);
            pthread_mutex_unlock(&mutex);
            REQUIRE_THAT(pthread_cond_destroy(&never) == 0);
        }
        return 0;
    });
}

TEST_CASE("once runs once, and all others wait for its end")
{
    on_cores({1, 3}, [] {
        static pthread_once_t once;
        static std::atomic<int> ran, late;
        once = PTHREAD_ONCE_INIT;
        ran = late = 0;
        std::vector<pthread_t> ids(20);
        for (auto &id : ids)
            id = start([](void *) -> void * {
                pthread_once(&once, [] {
                    nop(1);
                    sched_yield();
                    ran++;
                });
                if (ran != 1)
                    late++;
                return nullptr;
            });
        for (auto id : ids)
            pthread_join(id, nullptr);
        return ran == 1 && late == 0 ? 0 : 1;
    });
}

TEST_CASE("keys: a value a thread, destructors at the end, nothing left of a deleted key")
{
    on_cores({1, 2}, [] {
        static std::vector<pthread_key_t> keys;
        static std::atomic<int> destroyed;
        keys.assign(40, 0);
        destroyed = 0;
        for (auto &key : keys)
            REQUIRE_THAT(pthread_key_create(&key, [](void *) { destroyed++; }) == 0);
        std::vector<pthread_t> ids(30);
        for (auto &id : ids)
            id = start([](void *argument) -> void * {
                for (auto key : keys)
                    if (pthread_getspecific(key) || pthread_setspecific(key, (char *)argument + key))
                        return (void *)1;
                sched_yield();
                for (auto key : keys)
                    if (pthread_getspecific(key) != (char *)argument + key)
                        return (void *)2;
                return nullptr;
            }, &id);
        void *value;
        for (auto id : ids)
            REQUIRE_THAT(pthread_join(id, &value) == 0 && value == nullptr);
        REQUIRE_THAT(destroyed == 30 * 40);

        pthread_setspecific(keys[3], &keys);
        REQUIRE_THAT(pthread_key_delete(keys[3]) == 0 && pthread_key_delete(keys[3]) == EINVAL);
        pthread_key_t again;
        REQUIRE_THAT(pthread_key_create(&again, nullptr) == 0 && again == keys[3]);
        REQUIRE_THAT(pthread_getspecific(again) == nullptr);
        for (auto key : keys)
            pthread_key_delete(key);
        REQUIRE_THAT(pthread_setspecific(keys[0], &keys) == EINVAL);
        return 0;
    });
}

TEST_CASE("a destructor that sets its key again is called four times, and the next thread finds nothing of it")
{
    on_cores({1}, [] {
        static pthread_key_t key;
        static int calls;
        calls = 0;
        for (int i = 0; i < 20; i++) // not one of those that a thread has room for in its block
            REQUIRE_THAT(pthread_key_create(&key, nullptr) == 0);
        REQUIRE_THAT(pthread_key_create(&key, [](void *value) { calls++, pthread_setspecific(key, value); }) == 0);
        for (int i = 1; i <= 3; i++) {
            void *found;
            pthread_t id = start([](void *) {
                pthread_setspecific(key - 1, &key);
                void *before = pthread_getspecific(key);
                pthread_setspecific(key, &key);
                return before;
            });
            REQUIRE_THAT(pthread_join(id, &found) == 0 && found == nullptr && calls == 4 * i);
        }
        return 0;
    });
}

TEST_CASE("time-limited join; sleep in the order of the deadlines, by a fake clock")
{
    auto result = run_machine({.cores = 1, .fake_clock_ns = 1'000'000'000}, [] {
        static std::vector<int> order;
        order.clear();
        std::vector<pthread_t> ids;
        for (intptr_t n : {5, 1, 4, 2, 3, 9, 7, 8, 6})
            ids.push_back(start(
                [](void *argument) -> void * {
                    multh_sleep_until(1'000'000'000 + 1000 * (uint64_t)(intptr_t)argument);
                    order.push_back((int)(intptr_t)argument);
                    return nullptr;
                },
                (void *)n));
        timespec soon = in_ms(CLOCK_REALTIME, 0);
        REQUIRE_THAT(pthread_timedjoin_np(ids[0], nullptr, &soon) == ETIMEDOUT);
        for (int i = 0; i < 10; i++) {
            for (int n = 0; n < 200; n++)
                sched_yield();
            REQUIRE_THAT((int)order.size() == i);
            if (i < 9)
                multh_linux_advance_clock(1000);
        }
        for (auto id : ids)
            REQUIRE_THAT(pthread_join(id, nullptr) == 0);
        for (int i = 0; i < 9; i++)
            REQUIRE_THAT(order[(size_t)i] == i + 1);
        return 0;
    });
    CHECK(result.status == 0);
}

TEST_CASE("attributes: detach state, the caller's own stack")
{
    on_cores({1}, [] {
        pthread_attr_t attributes;
        int state;
        size_t size;
        void *value;
        pthread_attr_init(&attributes);
        REQUIRE_THAT(pthread_attr_setstacksize(&attributes, 100) == EINVAL);
        REQUIRE_THAT(pthread_attr_setdetachstate(&attributes, 7) == EINVAL);
        REQUIRE_THAT(pthread_attr_getdetachstate(&attributes, &state) == 0 && state == PTHREAD_CREATE_JOINABLE);
        REQUIRE_THAT(pthread_attr_getguardsize(&attributes, &size) == 0 && size == 4096);
        std::vector<char> stack(65536 + 16);
        char *low = (char *)(((uintptr_t)stack.data() + 15) & ~15ul);
        REQUIRE_THAT(pthread_attr_setstack(&attributes, low, 65536) == 0);
        pthread_t id;
        REQUIRE_THAT(pthread_create(&id, &attributes, [](void *) -> void * {
            char here;
            nop(1);
            return __builtin_launder(&here);
        }, nullptr) == 0);
        REQUIRE_THAT(pthread_join(id, &value) == 0);
        REQUIRE_THAT((char *)value > low && (char *)value < low + 65536);
        return 0;
    });
}
