// SPDX-License-Identifier: MIT
// What control groups leave us, in folders that look like Linux's.
#include "machine/computer_memory.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

using namespace future;

namespace {

struct FakeLinux {
    std::string root = "/tmp/future-memory-XXXXXX";
    FakeLinux() { REQUIRE(mkdtemp(root.data())); }
    ~FakeLinux() { std::filesystem::remove_all(root); }
    void file(const std::string& path, const std::string& text) {
        std::filesystem::create_directories(std::filesystem::path(root + path).parent_path());
        std::ofstream(root + path) << text << '\n';
    }
};

const uint64_t physical =
    static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE)) >> 21 << 21;

}  // namespace

TEST_CASE("without control groups, or with unlimited ones, all of it") {
    FakeLinux fake;
    CHECK(computer_memory(fake.root) == physical);
    fake.file("/proc/self/cgroup", "nonsense\n0::/a/b");
    CHECK(computer_memory(fake.root) == physical);
    fake.file("/sys/fs/cgroup/a/b/memory.max", "max");
    fake.file("/sys/fs/cgroup/a/memory.max", "9223372036854771712");
    CHECK(computer_memory(fake.root) == physical);
}

TEST_CASE("the least of our group's and of those above it, in either version") {
    FakeLinux fake;
    fake.file("/proc/self/cgroup", "0::/a/b");
    fake.file("/sys/fs/cgroup/a/b/memory.max", "50000000");
    CHECK(computer_memory(fake.root) == 50000000 >> 21 << 21);
    fake.file("/sys/fs/cgroup/a/memory.max", "40000000");
    CHECK(computer_memory(fake.root) == 40000000 >> 21 << 21);
    fake.file("/sys/fs/cgroup/memory.max", "30000000");
    CHECK(computer_memory(fake.root) == 30000000 >> 21 << 21);
    fake.file("/proc/self/cgroup", "4:cpu,memory:/elsewhere/than/seen\n0::/");
    fake.file("/sys/fs/cgroup/memory/memory.limit_in_bytes", "20000000");
    CHECK(computer_memory(fake.root) == 20000000 >> 21 << 21);
    fake.file("/sys/fs/cgroup/memory/memory.limit_in_bytes", "1000");
    CHECK(computer_memory(fake.root) == 2 << 20);
}

TEST_CASE("where Linux promises no more than it has, what it can still promise, less an eighth") {
    FakeLinux fake;
    const std::string numbers = "MemTotal:         738332 kB\nHugePages_Total:       0\nCommitLimit:      102400 kB\nCommitted_AS:      ";
    fake.file("/proc/meminfo", numbers + "20480 kB\nVmallocTotal:   34359738367 kB");
    for (const char* mode : {"0", "1"}) {
        fake.file("/proc/sys/vm/overcommit_memory", mode);
        CHECK(computer_memory(fake.root) == physical);
    }
    fake.file("/proc/sys/vm/overcommit_memory", "2");
    CHECK(computer_memory(fake.root) == 70 << 20);
    fake.file("/proc/meminfo", numbers + "204800 kB");
    CHECK(computer_memory(fake.root) == 2 << 20);
}

TEST_CASE("available is what Linux says, and no more than we may have") {
    FakeLinux fake;
    CHECK(available_memory(fake.root) == 0);
    fake.file("/proc/meminfo", "MemTotal:  738332 kB\nMemFree:  1 kB\nMemAvailable:   61440 kB");
    CHECK(available_memory(fake.root) == 60 << 20);
    fake.file("/proc/self/cgroup", "0::/");
    fake.file("/sys/fs/cgroup/memory.max", "20971520");
    CHECK(available_memory(fake.root) == 20 << 20);
}

TEST_CASE("a machine has as much for each core, as far as addresses go") {
    CHECK(hosted_memory(3) == 3 * hosted_memory(1));
    rlimit before, less = {1 << 30, RLIM_INFINITY};
    REQUIRE(getrlimit(RLIMIT_AS, &before) == 0);
    less.rlim_max = before.rlim_max;
    REQUIRE(setrlimit(RLIMIT_AS, &less) == 0);
    CHECK(hosted_memory(3) == 1 << 28);
    setrlimit(RLIMIT_AS, &before);
}
