// SPDX-License-Identifier: MIT
// Cancellation: at every kind of wait, against the normal wake-up; handlers, their mutex, keys, once.
#include "bodies.h"

#include <errno.h>

#include <atomic>
#include <random>
#include <string>
#include <vector>

extern "C" {
#include "cancel.h"
}

namespace {

pthread_mutex_t mutex;
pthread_cond_t cond;
sem_t units;
pthread_t target;
std::string order; // of one thread's end
std::atomic<int> began;

void note(void *letter) { order += (char)(intptr_t)letter; }

template <typename Body> void *with_handler(char letter, Body body)
{
    multh_cleanup frame;
    multh_cleanup_push(&frame, note, (void *)(intptr_t)letter);
    body();
    multh_cleanup_pop(&frame, 0);
    return (void *)1;
}

// Each waits for ever at a point of its own.
void *waits_in_cond(void *)
{
    return with_handler('c', [] {
        began = 1;
        pthread_mutex_lock(&mutex);
        with_handler('u', [] {
            for (;;)
                pthread_cond_wait(&cond, &mutex);
        });
    });
}
void *waits_in_sem(void *) { return with_handler('c', [] { began = 1, sem_wait(&units); }); }
void *waits_in_join(void *) { return with_handler('c', [] { began = 1, pthread_join(target, nullptr); }); }
void *waits_in_sleep(void *) { return with_handler('c', [] { began = 1, multh_sleep_until(MULTH_NEVER - 1); }); }
void *waits_in_call(void *) { return with_handler('c', [] { began = 1, nop_cancellable(never_until_cancelled); }); }
void *tests_for_ever(void *)
{
    return with_handler('c', [] {
        for (began = 1;; sched_yield())
            pthread_testcancel();
    });
}

constexpr void *(*bodies[])(void *) = {waits_in_cond, waits_in_sem, waits_in_join, waits_in_sleep, waits_in_call, tests_for_ever};

} // namespace

TEST_CASE("a thread is cancelled wherever it waits, blocked already or about to be")
{
    for (auto body : bodies)
        for (bool blocked : {true, false})
            on_cores({1, 2, 4}, [&] {
                void *result;
                order.clear();
                began = 0;
                mutex = PTHREAD_MUTEX_INITIALIZER;
                cond = PTHREAD_COND_INITIALIZER;
                sem_init(&units, 0, 0);
                static std::atomic<bool> stop;
                stop = false;
                target = start([](void *) -> void * {
                    while (!stop)
                        multh_sleep_until(multh_monotonic_ns() + 1'000'000);
                    return nullptr;
                });
                pthread_t id = start(body);
                if (blocked) {
                    while (!began)
                        sched_yield();
                    multh_sleep_until(multh_monotonic_ns() + 3'000'000);
                }
                REQUIRE_THAT(pthread_cancel(id) == 0);
                REQUIRE_THAT(pthread_join(id, &result) == 0 && result == PTHREAD_CANCELED);
                REQUIRE_THAT(pthread_cancel(id) == ESRCH);
                REQUIRE_THAT(order == (body == waits_in_cond ? "uc" : "c"));
                stop = true;
                REQUIRE_THAT(pthread_join(target, nullptr) == 0); // was not detached by the join that was cancelled
                if (body == waits_in_cond) // whose handler did not unlock: it had the mutex again
                    REQUIRE_THAT(pthread_mutex_trylock(&mutex) == EBUSY);
                return 0;
            });
}

// One unit, one waiter that is cancelled as the unit comes, and the unit is there once afterwards: taken or not.
TEST_CASE("a cancel that races a post: the unit is neither lost nor taken twice")
{
    for (uint32_t cores : {1u, 2u, 4u}) {
        std::mt19937 random(cores);
        int cancelled = 0, woken = 0;
        CHECK(run_machine({.cores = cores, .spin_limit = 200}, [&] {
                  for (int i = 0; i < 3000; i++) {
                      void *result;
                      int value;
                      sem_init(&units, 0, 0);
                      pthread_t id = start([](void *) { return (void *)(intptr_t)(100 + sem_wait(&units)); });
                      for (uint32_t n = random() % 3; n > 0; n--)
                          sched_yield();
                      const bool first = random() % 2;
                      if (first)
                          sem_post(&units);
                      for (uint32_t n = random() % 300; n > 0; n--)
                          __builtin_ia32_pause();
                      pthread_cancel(id);
                      if (!first)
                          sem_post(&units);
                      pthread_join(id, &result);
                      sem_getvalue(&units, &value);
                      REQUIRE_THAT((result == PTHREAD_CANCELED && value == 1) || (result == (void *)100 && value == 0));
                      (value ? cancelled : woken)++;
                  }
                  return 0;
              }).status == 0);
        CHECK(cancelled > 0);
        CHECK(woken > 0);
    }
}

// Two waiters, one signal, one of the two cancelled: whoever is left must get the signal if the other did not use it.
TEST_CASE("a cancel that races a signal: it reaches the other waiter, or the cancelled one returned by it")
{
    for (uint32_t cores : {1u, 2u, 4u}) {
        std::mt19937 random(cores);
        CHECK(run_machine({.cores = cores, .spin_limit = 200}, [&] {
                  for (int i = 0; i < 1500; i++) {
                      static int tokens, taken;
                      pthread_t ids[2];
                      mutex = PTHREAD_MUTEX_INITIALIZER;
                      cond = PTHREAD_COND_INITIALIZER;
                      tokens = taken = 0;
                      began = 0;
                      for (auto &id : ids)
                          id = start([](void *) -> void * {
                              multh_cleanup frame;
                              pthread_mutex_lock(&mutex);
                              multh_cleanup_push(&frame, [](void *) { pthread_mutex_unlock(&mutex); }, nullptr);
                              began++;
                              while (!tokens)
                                  pthread_cond_wait(&cond, &mutex);
                              tokens--, taken++;
                              multh_cleanup_pop(&frame, 1);
                              return nullptr;
                          });
                      while (began != 2)
                          sched_yield();
                      const bool first = random() % 2;
                      if (first)
                          pthread_cancel(ids[0]);
                      pthread_mutex_lock(&mutex);
                      tokens++;
                      pthread_cond_signal(&cond);
                      pthread_mutex_unlock(&mutex);
                      for (uint32_t n = random() % 300; n > 0; n--)
                          __builtin_ia32_pause();
                      if (!first)
                          pthread_cancel(ids[0]);
                      void *result;
                      pthread_join(ids[0], &result);
                      if (result != PTHREAD_CANCELED) { // it used the token; the other waits for one more
                          pthread_mutex_lock(&mutex);
                          tokens++;
                          pthread_cond_signal(&cond);
                          pthread_mutex_unlock(&mutex);
                      }
                      pthread_join(ids[1], &result); // hangs if a signal is lost: a deadlock, which ends the program
                      REQUIRE_THAT(result == nullptr && tokens == 0);
                  }
                  return 0;
              }).status == 0);
    }
}

TEST_CASE("a call that Linux answered all the same returns its result, and the next point ends the thread")
{
    for (uint32_t cores : {1u, 2u, 3u}) {
        std::mt19937 random(cores);
        CHECK(run_machine({.cores = cores, .habits = {.hold_back = 2}}, [&] {
                  static std::atomic<int> returned, right;
                  returned = right = 0;
                  for (int i = 0; i < 500; i++) {
                      void *result;
                      pthread_t id = start([](void *) -> void * {
                          for (int64_t n = 1;; n++) {
                              const int64_t answer = nop_cancellable(n);
                              returned++;
                              right += answer == n;
                          }
                      });
                      for (uint32_t n = random() % 4; n > 0; n--)
                          random() % 2 ? (void)sched_yield() : (void)nop(1);
                      pthread_cancel(id);
                      REQUIRE_THAT(pthread_join(id, &result) == 0 && result == PTHREAD_CANCELED);
                  }
                  REQUIRE_THAT(right == returned);
                  return 0;
              }).status == 0);
    }
}

TEST_CASE("disabled, asynchronous, twice, by itself, in its handlers; keys come after the handlers")
{
    on_cores({1, 2}, [] {
        void *result;
        int old;
        REQUIRE_THAT(pthread_setcancelstate(9, &old) == EINVAL && pthread_setcanceltype(9, &old) == EINVAL);
        REQUIRE_THAT(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old) == 0 && old == PTHREAD_CANCEL_ENABLE);
        REQUIRE_THAT(pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &old) == 0 && old == PTHREAD_CANCEL_DEFERRED);

        began = 0;
        pthread_t id = start([](void *) -> void * {
            intptr_t passed = 0;
            pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, nullptr);
            began = 1;
            while (began != 2)
                sched_yield();
            pthread_testcancel();
            multh_sleep_until(multh_monotonic_ns() + 1'000'000);
            passed += nop_cancellable(1);
            pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, nullptr); // is no point itself
            passed++;
            order = passed == 2 ? "passed " : "wrong ";
            pthread_testcancel();
            return nullptr;
        });
        while (!began)
            sched_yield();
        REQUIRE_THAT(pthread_cancel(id) == 0 && pthread_cancel(id) == 0);
        began = 2;
        REQUIRE_THAT(pthread_join(id, &result) == 0 && result == PTHREAD_CANCELED && order == "passed ");

        // Cancelled by itself while it is asynchronous; handlers and destructors reach points and are not cancelled again.
        order.clear();
        static pthread_key_t key;
        pthread_key_create(&key, [](void *) { pthread_testcancel(), note((void *)'k'); });
        id = start([](void *) -> void * {
            multh_cleanup outer, inner;
            pthread_setspecific(key, &key);
            multh_cleanup_push(&outer, note, (void *)'o');
            multh_cleanup_push(&inner, [](void *letter) {
                pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, nullptr);
                pthread_testcancel();
                multh_sleep_until(multh_monotonic_ns() + 1'000'000);
                note(letter);
            }, (void *)'i');
            pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, nullptr);
            pthread_cancel(pthread_self());
            order += "lives on";
            return nullptr;
        });
        REQUIRE_THAT(pthread_join(id, &result) == 0 && result == PTHREAD_CANCELED && order == "iok");
        pthread_key_delete(key);

        // A mark that comes too late means nothing to the next thread in the same place.
        id = start([](void *) -> void * { return nullptr; });
        while (pthread_tryjoin_np(id, &result) == EBUSY)
            pthread_cancel(id), sched_yield();
        id = start([](void *) -> void * {
            pthread_testcancel();
            return (void *)5;
        });
        REQUIRE_THAT(pthread_join(id, &result) == 0 && result == (void *)5);
        return 0;
    });
}

TEST_CASE("a once whose routine is cancelled has not run, and who waited for it runs it")
{
    on_cores({1, 2, 4}, [] {
        static pthread_once_t once;
        static std::atomic<int> calls, through;
        static auto routine = [] {
            if (++calls == 1)
                for (began = 1;;)
                    multh_sleep_until(multh_monotonic_ns() + 1'000'000);
        };
        once = PTHREAD_ONCE_INIT;
        calls = through = began = 0;
        auto body = [](void *) -> void * {
            pthread_once(&once, routine);
            through++;
            return nullptr;
        };
        pthread_t first = start(body), others[3];
        while (!began)
            sched_yield();
        for (auto &id : others)
            id = start(body);
        for (int i = 0; i < 20; i++)
            sched_yield();
        REQUIRE_THAT(through == 0);
        pthread_cancel(first);
        void *result;
        REQUIRE_THAT(pthread_join(first, &result) == 0 && result == PTHREAD_CANCELED);
        for (auto id : others)
            pthread_join(id, nullptr);
        REQUIRE_THAT(calls == 2 && through == 3);
        return 0;
    });
}

TEST_CASE("a thread of asynchronous type is cancelled while a mutex keeps it waiting, one of deferred type has it first")
{
    for (bool asynchronous : {true, false})
        on_cores({1, 2}, [&] {
            static bool locked;
            void *result;
            order.clear();
            began = 0;
            locked = false;
            mutex = PTHREAD_MUTEX_INITIALIZER;
            pthread_mutex_lock(&mutex);
            pthread_t id = start([](void *asynchronously) {
                return with_handler('c', [asynchronously] {
                    pthread_setcanceltype(asynchronously ? PTHREAD_CANCEL_ASYNCHRONOUS : PTHREAD_CANCEL_DEFERRED, nullptr);
                    began = 1;
                    pthread_mutex_lock(&mutex);
                    locked = true;
                    pthread_mutex_unlock(&mutex);
                    pthread_testcancel();
                });
            }, (void *)(intptr_t)asynchronous);
            while (!began)
                sched_yield();
            multh_sleep_until(multh_monotonic_ns() + 3'000'000);
            REQUIRE_THAT(pthread_cancel(id) == 0);
            multh_sleep_until(multh_monotonic_ns() + 3'000'000);
            REQUIRE_THAT(order == (asynchronous ? "c" : ""));
            pthread_mutex_unlock(&mutex);
            REQUIRE_THAT(pthread_join(id, &result) == 0 && result == PTHREAD_CANCELED && order == "c");
            REQUIRE_THAT(locked == !asynchronous);
            REQUIRE_THAT(pthread_mutex_trylock(&mutex) == 0); // nobody's
            return 0;
        });
}
