// SPDX-License-Identifier: MIT
// The machine names the threads that are its cores "core N" (futurek/arch/hosted/processor.cc).
#include "load.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace future {
namespace {

// Ticks of CPU time, and which core it is; false: no core, or it has ended.
bool read_core(const std::filesystem::path& task, unsigned& core, uint64_t& ticks) {
    std::string name, text;
    std::ifstream comm(task / "comm"), stat(task / "stat");
    if (!(comm >> name >> core) || name != "core" || !std::getline(stat, text)) return false;
    const size_t name_end = text.rfind(") ");
    if (name_end == text.npos) return false;
    std::istringstream fields(text.substr(name_end + 2));
    std::string skipped;
    for (int field = 3; field < 14; field++) fields >> skipped;
    uint64_t user = 0, system = 0;
    if (!(fields >> user >> system)) return false;
    ticks = user + system;
    return true;
}

}  // namespace

void LoadMeter::look(pid_t machine) {
    Sample now{Clock::now(), {}};
    std::error_code error;
    const std::string folder = "/proc/" + std::to_string(machine) + "/task";
    for (std::filesystem::directory_iterator task(folder, error), end; !error && task != end; task.increment(error)) {
        unsigned core = 0;
        uint64_t ticks = 0;
        if (read_core(task->path(), core, ticks)) now.ticks[core] = ticks;
    }
    auto& [last, before] = samples_[machine];
    before = std::exchange(last, std::move(now));
}

std::optional<double> LoadMeter::of(pid_t machine, uint64_t core_mask) const {
    const auto found = samples_.find(machine);
    if (found == samples_.end() || found->second.second.ticks.empty()) return std::nullopt;
    const auto& [last, before] = found->second;
    uint64_t used = 0;
    for (const auto& [core, ticks] : last.ticks) {
        const auto earlier = before.ticks.find(core);
        if (core < 64 && core_mask >> core & 1 && earlier != before.ticks.end() && ticks > earlier->second)
            used += ticks - earlier->second;
    }
    const std::chrono::duration<double> passed = last.when - before.when;
    return static_cast<double>(used) / static_cast<double>(sysconf(_SC_CLK_TCK)) / passed.count();
}

}  // namespace future
