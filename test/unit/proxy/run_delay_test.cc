// SPDX-License-Identifier: MIT
// Whether this thread had to wait for its CPU, as Linux tells.
#include "pump/run_delay.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace {

using std::chrono::steady_clock;

void pin_to_first_cpu() {
    cpu_set_t allowed, one;
    sched_getaffinity(0, sizeof allowed, &allowed);
    CPU_ZERO(&one);
    for (int i = 0; CPU_COUNT(&one) == 0; i++)
        if (CPU_ISSET(i, &allowed)) CPU_SET(i, &one);
    pthread_setaffinity_np(pthread_self(), sizeof one, &one);
}

uint64_t now() { return static_cast<uint64_t>(steady_clock::now().time_since_epoch().count()); }
uint64_t since_last_time(future::RunDelay& delay, uint64_t recent = ~0ull, uint64_t each = 0) {
    return delay.since_last_time(now(), recent, each);
}

}  // namespace

TEST_CASE("two threads that want one CPU: each has waited for it") {
    if (access("/proc/thread-self/schedstat", R_OK) != 0) return;  // this Linux does not tell
    std::atomic<bool> stop{false};
    std::thread other([&] {
        pin_to_first_cpu();
        while (!stop) {
        }
    });
    std::thread one([&] {
        pin_to_first_cpu();
        future::RunDelay delay(100);
        CHECK(since_last_time(delay) == 0);
        const auto begin = steady_clock::now();
        while (steady_clock::now() - begin < std::chrono::milliseconds(300)) {
        }
        const auto passed = std::chrono::nanoseconds(steady_clock::now() - begin).count();
        const uint64_t waited = since_last_time(delay);
        CHECK(waited > 50'000'000);
        CHECK(waited < static_cast<uint64_t>(passed));
        CHECK(since_last_time(delay) < waited / 2);  // it begins anew
        while (steady_clock::now() - begin < std::chrono::milliseconds(500)) {
        }
        CHECK(since_last_time(delay, 1000) == 0);  // that was too long ago
    });
    one.join();
    stop = true;
    other.join();
}

TEST_CASE("what a wake-up takes with nobody else there is no waiting for others") {
    if (access("/proc/thread-self/schedstat", R_OK) != 0) return;
    future::RunDelay delay(100);
    since_last_time(delay);
    const auto sleep = [] {
        for (int i = 0; i < 200; i++) std::this_thread::sleep_for(std::chrono::microseconds(50));
    };
    sleep();
    const uint64_t all = since_last_time(delay);
    CHECK(all > 0);
    sleep();
    CHECK(since_last_time(delay, ~0ull, all) == 0);
}

TEST_CASE("its descriptor is not among the program's") {
    if (access("/proc/thread-self/schedstat", R_OK) != 0) return;
    const int before = open("/dev/null", O_RDONLY | O_CLOEXEC);
    future::RunDelay delay(200);
    since_last_time(delay);
    const int after = open("/dev/null", O_RDONLY | O_CLOEXEC);
    CHECK(after == before + 1);
    CHECK(fcntl(200, F_GETFD) == FD_CLOEXEC);
    close(before);
    close(after);
}
