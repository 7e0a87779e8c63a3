// SPDX-License-Identifier: MIT
// What the delegated call and the machine are measured against, on plain Linux, in the same run.
#pragma once

#include <string>
#include <vector>

namespace bench {

// Between two lives of a program, ours or Linux's: each begins on a computer at rest.
inline constexpr unsigned kRestUs = 500;

// Nanoseconds; sorted by whoever makes it.
struct Samples {
    explicit Samples(std::vector<double> values);
    double minimum() const { return sorted.front(); }
    double median() const { return sorted[sorted.size() / 2]; }
    double p99() const { return sorted[sorted.size() * 99 / 100]; }
    std::vector<double> sorted;
};

// A cache line's round trip between two pinned CPUs (the same CPU twice where there is only one: then it yields): the best
// of some ways to write it, for which one is best differs between computers.
Samples raw_ping_pong(int rounds);
// Two threads on two pinned CPUs, each asleep in read(2) of an eventfd until the other writes.
Samples eventfd_ping_pong(int rounds);
// Two processes and two pipes, as the paper's reader would write it. Each sample is the mean of a batch.
Samples pipe_ping_pong(int rounds, int batch = 1);
// One CPU, two threads, sched_yield: ns a switch.
Samples sched_yield_switch(int rounds);
Samples pthread_create_join(int rounds);
// fork (or vfork) + exec + wait of a program that returns at once.
Samples fork_exec_wait(const std::string& program, int rounds, bool use_vfork);
// A whole file in pieces of 1 MiB, as bench/guest.c reads it.
Samples read_file(const std::string& path, int passes);

}  // namespace bench
