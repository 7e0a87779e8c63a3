// SPDX-License-Identifier: MIT
// The references: each is the plainest code that does the thing, pinned where that helps it.
#include "reference.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <thread>

#include "samples.h"

namespace bench {

Samples::Samples(std::vector<double> values) : sorted(std::move(values)) { std::sort(sorted.begin(), sorted.end()); }

namespace {

constexpr int kWarmUp = 200;

[[noreturn]] void die(const char* what) {
    std::perror(what);
    std::exit(1);
}

// The n-th CPU that this process may use, modulo their number.
int cpu(int n) {
    cpu_set_t allowed;
    sched_getaffinity(0, sizeof allowed, &allowed);
    n %= CPU_COUNT(&allowed);
    for (int i = 0;; i++)
        if (CPU_ISSET(i, &allowed) && n-- == 0) return i;
}

void pin(int n) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(n, &set);
    pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

// Runs `body` on a thread of its own pinned to the n-th CPU, so that the caller's affinity stays.
template <class Body>
std::thread on_cpu(int n, Body body) {
    const int target = cpu(n);
    return std::thread([target, body] {
        pin(target);
        body();
    });
}

template <class Once>
Samples sample(int rounds, Once once, int warm_up = kWarmUp) {
    std::vector<double> values;
    const double scale = ns_per_tick();
    for (int i = -warm_up; i < rounds; i++) {
        const uint64_t start = ticks();
        once();
        if (i >= 0) values.push_back(static_cast<double>(ticks() - start) * scale);
    }
    return Samples(std::move(values));
}

// As sample, but with a rest before each: what the last one left to be cleaned up does not count into the next.
template <class Once>
Samples sample_apart(int rounds, Once once) {
    std::vector<double> values;
    const double scale = ns_per_tick();
    for (int i = -kWarmUp / 4; i < rounds; i++) {
        usleep(kRestUs);
        const uint64_t start = ticks();
        once();
        if (i >= 0) values.push_back(static_cast<double>(ticks() - start) * scale);
    }
    return Samples(std::move(values));
}

}  // namespace

namespace {

struct alignas(128) Line {
    std::atomic<uint64_t> word{0};
    std::atomic<uint64_t> answer{0};  // in the same line, where one line goes both ways
};

// A plain store waits in the store buffer until the line has come; a locked one is there when it ends.
void put(std::atomic<uint64_t>& word, uint64_t value, bool locked) {
    if (locked)
        word.exchange(value);
    else
        word.store(value, std::memory_order_release);
}

uint64_t wait_for(const std::atomic<uint64_t>& word, uint64_t value, bool pauses) {
    uint64_t seen;
    while ((seen = word.load(std::memory_order_acquire)) != value && seen != ~0ull)
        if (pauses) __builtin_ia32_pause();
    return seen;
}

Samples raw_ping_pong_by(int rounds, bool locked, bool pauses, bool one_line) {
    Line there, back;
    std::atomic<uint64_t>& answer = one_line ? there.answer : back.word;
    std::vector<double> values;
    std::thread echo = on_cpu(1, [&] {
        for (uint64_t i = 1; wait_for(there.word, i, pauses) == i; i++) put(answer, i, locked);
    });
    std::thread sender = on_cpu(0, [&] {
        uint64_t i = 0;
        values = sample(rounds, [&] {
                     put(there.word, ++i, locked);
                     wait_for(answer, i, pauses);
                 }).sorted;
        put(there.word, ~0ull, locked);
    });
    sender.join();
    echo.join();
    return Samples(std::move(values));
}

}  // namespace

Samples raw_ping_pong(int rounds) {
    std::optional<Samples> best;
    for (unsigned way = 0; way < 8; way++) {
        Samples samples = raw_ping_pong_by(rounds / 4, way & 1, way & 2, way & 4);
        if (!best || samples.median() < best->median()) best = std::move(samples);
    }
    return *best;
}

Samples eventfd_ping_pong(int rounds) {
    const int there = eventfd(0, EFD_CLOEXEC), back = eventfd(0, EFD_CLOEXEC);
    if (there < 0 || back < 0) die("eventfd");
    std::vector<double> values;
    std::thread echo = on_cpu(1, [&] {
        eventfd_t value;
        for (int i = 0; i < rounds + kWarmUp; i++) {
            eventfd_read(there, &value);
            eventfd_write(back, 1);
        }
    });
    std::thread sender = on_cpu(0, [&] {
        values = sample(rounds, [&] {
                     eventfd_t value;
                     eventfd_write(there, 1);
                     eventfd_read(back, &value);
                 }).sorted;
    });
    sender.join();
    echo.join();
    close(there);
    close(back);
    return Samples(std::move(values));
}

Samples pipe_ping_pong(int rounds, int batch) {
    int there[2], back[2];
    if (pipe(there) != 0 || pipe(back) != 0) die("pipe");
    const pid_t child = fork();
    if (child < 0) die("fork");
    char byte = 0;
    if (child == 0) {
        close(there[1]);
        while (read(there[0], &byte, 1) == 1)
            if (write(back[1], &byte, 1) != 1) break;
        _exit(0);
    }
    const auto once = [&] {
        for (int i = 0; i < batch; i++)
            if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1) die("pipe");
    };
    Samples samples = sample(rounds, once, kWarmUp / batch);
    for (double& value : samples.sorted) value /= batch;
    for (int fd : {there[0], there[1], back[0], back[1]}) close(fd);
    waitpid(child, nullptr, 0);
    return samples;
}

Samples sched_yield_switch(int rounds) {
    constexpr int kBatch = 64;
    std::atomic<bool> stop{false};
    std::vector<double> values;
    std::thread other = on_cpu(0, [&] {
        while (!stop.load(std::memory_order_relaxed)) sched_yield();
    });
    std::thread one = on_cpu(0, [&] {
        values = sample(rounds, [] {
                     for (int i = 0; i < kBatch; i++) sched_yield();
                 }).sorted;
        stop = true;
    });
    one.join();
    other.join();
    for (double& value : values) value /= 2 * kBatch;
    return Samples(std::move(values));
}

Samples pthread_create_join(int rounds) {
    return sample(rounds, [] {
        pthread_t id;
        if (pthread_create(&id, nullptr, [](void* argument) { return argument; }, nullptr) != 0) die("pthread_create");
        pthread_join(id, nullptr);
    });
}

Samples fork_exec_wait(const std::string& program, int rounds, bool use_vfork) {
    char* const arguments[] = {const_cast<char*>(program.c_str()), nullptr};
    char* const environment[] = {nullptr};
    return sample_apart(rounds, [&] {
        const pid_t child = use_vfork ? vfork() : fork();
        if (child == 0) {
            execve(arguments[0], arguments, environment);
            _exit(127);
        }
        int status = 0;
        if (child < 0 || waitpid(child, &status, 0) != child || status != 0) die(arguments[0]);
    });
}

Samples read_file(const std::string& path, int passes) {
    constexpr size_t kPiece = 1 << 20;
    std::vector<char> buffer(kPiece, 1);
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) die(path.c_str());
    std::vector<double> values;
    for (int pass = 0; pass < passes; pass++) {
        const double start = now_ns();
        ssize_t got;
        lseek(fd, 0, SEEK_SET);
        while ((got = read(fd, buffer.data(), kPiece)) > 0) {
        }
        if (got < 0) die(path.c_str());
        values.push_back(now_ns() - start);
    }
    close(fd);
    return Samples(std::move(values));
}

}  // namespace bench
