// SPDX-License-Identifier: MIT
// Limits as Linux tells them in files; a file that is not there limits nothing.
#include "machine/computer_memory.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "fmt/format.h"

namespace future {
namespace {

constexpr uint64_t kExtent = 2 << 20, kMostAddresses = uint64_t{1} << 45;

uint64_t whole(uint64_t bytes) { return std::max(bytes / kExtent * kExtent, kExtent); }

// "max", or no file: no limit.
uint64_t limit_in(const std::string& file) {
    std::ifstream stream(file);
    uint64_t bytes = 0;
    return stream >> bytes ? bytes : UINT64_MAX;
}

// A container may see its group by a path that is not there; the hierarchy's root always is.
uint64_t group_limit(const std::string& hierarchy, std::string path, const char* name) {
    uint64_t least = UINT64_MAX;
    for (;;) {
        while (!path.empty() && path.back() == '/') path.pop_back();
        least = std::min(least, limit_in(hierarchy + path + "/" + name));
        if (path.empty()) return least;
        path.resize(path.rfind('/') == path.npos ? 0 : path.rfind('/'));
    }
}

// Lines "number:controllers:path"; of version 2 the number is 0 and the controllers are not named.
uint64_t groups_limit(const std::string& root) {
    std::ifstream groups(root + "/proc/self/cgroup");
    uint64_t least = UINT64_MAX;
    for (std::string line; std::getline(groups, line);) {
        const size_t first = line.find(':'), second = line.find(':', first + 1);
        if (first == line.npos || second == line.npos) continue;
        const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",", path = line.substr(second + 1);
        if (controllers == ",,") least = std::min(least, group_limit(root + "/sys/fs/cgroup", path, "memory.max"));
        if (controllers.find(",memory,") != controllers.npos)
            least = std::min(least, group_limit(root + "/sys/fs/cgroup/memory", path, "memory.limit_in_bytes"));
    }
    return least;
}

// A line of /proc/meminfo; 0: it is not there.
uint64_t memory_line(const std::string& root, const char* wanted) {
    std::ifstream file(root + "/proc/meminfo");
    std::string name, rest;
    for (uint64_t kib; file >> name >> kib && std::getline(file, rest);)
        if (name == wanted) return kib << 10;
    return 0;
}

// Where Linux promises no more than it has (vm.overcommit_memory=2), what programs touch counts against its promises; an
// eighth is left to whoever runs beside them.
uint64_t promises_left(const std::string& root) {
    if (limit_in(root + "/proc/sys/vm/overcommit_memory") != 2) return UINT64_MAX;
    const uint64_t limit = memory_line(root, "CommitLimit:"), made = memory_line(root, "Committed_AS:");
    return limit > made ? (limit - made) / 8 * 7 : 0;
}

}  // namespace

uint64_t physical_memory() {
    return static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

uint64_t computer_memory(const std::string& root) { return whole(std::min({physical_memory(), groups_limit(root), promises_left(root)})); }

uint64_t available_memory(const std::string& root) {
    return std::min(memory_line(root, "MemAvailable:"), computer_memory(root));
}

uint64_t hosted_memory(unsigned cores) {
    rlimit addresses = {RLIM_INFINITY, RLIM_INFINITY};
    getrlimit(RLIMIT_AS, &addresses);
    const uint64_t most = addresses.rlim_cur == RLIM_INFINITY ? kMostAddresses : addresses.rlim_cur / 4;
    return whole(std::min({most, kMostAddresses, computer_memory() * cores}));
}

std::string memory_is_gone(const std::string& program, uint64_t program_bytes) {
    return fmt::format("future: {}: Linux has no memory left for a page that the program touched; it was promised {} MiB. Stop "
                       "other programs, or promise it less with --memory: then its malloc fails in time\n",
                       program, program_bytes >> 20);
}

}  // namespace future
