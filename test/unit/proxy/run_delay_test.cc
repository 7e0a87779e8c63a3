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
        CHECK(delay.since_last_time() == 0);
        const auto begin = steady_clock::now();
        while (steady_clock::now() - begin < std::chrono::milliseconds(300)) {
        }
        const auto passed = std::chrono::nanoseconds(steady_clock::now() - begin).count();
        const uint64_t waited = delay.since_last_time();
        CHECK(waited > 50'000'000);
        CHECK(waited < static_cast<uint64_t>(passed));
        CHECK(delay.since_last_time() < waited / 2);  // it begins anew
    });
    one.join();
    stop = true;
    other.join();
}

TEST_CASE("its descriptor is not among the program's") {
    if (access("/proc/thread-self/schedstat", R_OK) != 0) return;
    const int before = open("/dev/null", O_RDONLY | O_CLOEXEC);
    future::RunDelay delay(200);
    delay.since_last_time();
    const int after = open("/dev/null", O_RDONLY | O_CLOEXEC);
    CHECK(after == before + 1);
    CHECK(fcntl(200, F_GETFD) == FD_CLOEXEC);
    close(before);
    close(after);
}
