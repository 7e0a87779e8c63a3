// SPDX-License-Identifier: MIT
// What a switch, a create + join and a null call cost on virtual cores, beside glibc's; not a test, run it by hand.
#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

#include "future/multh.h"
#include "machine.h"

namespace {
double since(std::chrono::steady_clock::time_point begin, double count)
{
    return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count() / count;
}
double glibc_create_join()
{
    constexpr int count = 3000;
    auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < count; i++) {
        pthread_t id;
        pthread_create(&id, nullptr, [](void *n) { return n; }, nullptr);
        pthread_join(id, nullptr);
    }
    return since(begin, count);
}
} // namespace

#include "posix_names.h"

int main()
{
    printf("glibc create + join      %8.1f ns\n", glibc_create_join());
    for (uint32_t cores : {1u, 2u})
        run_machine({.cores = cores, .ring_lines = 1024, .spin_limit = 100000, .habits = {.never_spins = false}}, [=] {
            constexpr int count = 1000000;
            auto noop = [](void *n) { return n; };
            auto begin = std::chrono::steady_clock::now();
            for (int i = 0; i < count / 4; i++) {
                pthread_t id;
                pthread_create(&id, nullptr, noop, nullptr);
                pthread_join(id, nullptr);
            }
            printf("%u core(s): create + join %8.1f ns\n", cores, since(begin, count / 4));

            static bool stop;
            stop = false;
            pthread_t other;
            pthread_create(&other, nullptr, [](void *n) -> void * {
                while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
                    sched_yield();
                return n;
            }, nullptr);
            begin = std::chrono::steady_clock::now();
            for (int i = 0; i < count; i++)
                sched_yield();
            printf("%u core(s): yield         %8.1f ns (two switches each, if on one core)\n", cores, since(begin, count));
            __atomic_store_n(&stop, true, __ATOMIC_RELAXED);
            pthread_join(other, nullptr);

            begin = std::chrono::steady_clock::now();
            for (int i = 0; i < 200000; i++)
                nop(i);
            printf("%u core(s): null call     %8.1f ns\n", cores, since(begin, 200000));

            std::vector<pthread_t> ids(64);
            begin = std::chrono::steady_clock::now();
            for (auto &id : ids)
                pthread_create(&id, nullptr, [](void *n) -> void * {
                    for (int i = 0; i < 10000; i++)
                        nop(i);
                    return n;
                }, nullptr);
            for (auto id : ids)
                pthread_join(id, nullptr);
            printf("%u core(s): 64 callers    %8.1f ns a call\n", cores, since(begin, 64 * 10000));
            return 0;
        });
}
