// SPDX-License-Identifier: MIT
// How busy a hosted machine's cores are, as Linux counts the CPU time of its threads (/proc): nobody is asked, nothing is
// disturbed. A core that spins for a moment before it sleeps is busy, too.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

namespace future {

class LoadMeter {
public:
    // Remembers what the cores of this machine have used by now.
    void look(pid_t machine);
    // How many CPUs these cores kept busy between the last two looks; nothing before the second.
    std::optional<double> of(pid_t machine, uint64_t core_mask) const;

private:
    using Clock = std::chrono::steady_clock;
    struct Sample {
        Clock::time_point when;
        std::map<unsigned, uint64_t> ticks;  // by core
    };
    std::map<pid_t, std::pair<Sample, Sample>> samples_;  // the last one and the one before
};

}  // namespace future
