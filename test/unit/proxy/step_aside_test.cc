// SPDX-License-Identifier: MIT
// Who connects to a machine leaves the CPUs on which its cores idle, and is otherwise where it was.
#include <doctest/doctest.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <initializer_list>

#include "machine/hosted_socket.h"

namespace {

void stay_on(std::initializer_list<int> cpus) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const int cpu : cpus) CPU_SET(cpu, &set);
    REQUIRE(sched_setaffinity(0, sizeof set, &set) == 0);
}

bool may_use(std::initializer_list<int> cpus) {
    cpu_set_t set;
    REQUIRE(sched_getaffinity(0, sizeof set, &set) == 0);
    for (const int cpu : cpus)
        if (!CPU_ISSET(cpu, &set)) return false;
    return CPU_COUNT(&set) == static_cast<int>(cpus.size());
}

// A process that listens under a machine's name, and whose thread keeps to one CPU.
class Machine {
public:
    explicit Machine(int cpu) : name_("aside-" + std::to_string(getpid())) {
        int ready[2];
        REQUIRE(pipe(ready) == 0);
        pid_ = fork();
        if (pid_ == 0) {
            stay_on({cpu});
            sockaddr_un address = {};
            address.sun_family = AF_UNIX;
            const std::string path = "future/" + std::to_string(getuid()) + "/" + name_;
            std::memcpy(address.sun_path + 1, path.data(), path.size());
            const int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
            const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + path.size());
            if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(fd, 64) != 0) _exit(1);
            if (write(ready[1], "r", 1) != 1) _exit(1);
            for (;;) pause();
        }
        char byte;
        REQUIRE(read(ready[0], &byte, 1) == 1);
        close(ready[0]);
        close(ready[1]);
    }
    ~Machine() {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    const std::string& name() const { return name_; }

private:
    std::string name_;
    pid_t pid_;
};

}  // namespace

TEST_CASE("off the homes when connected, with the affinity that it had") {
    cpu_set_t before;
    REQUIRE(sched_getaffinity(0, sizeof before, &before) == 0);
    int first = -1, second = -1;
    for (int cpu = 0; cpu < CPU_SETSIZE && second < 0; cpu++)
        if (CPU_ISSET(cpu, &before)) (first < 0 ? first : second) = cpu;
    if (second < 0) {
        MESSAGE("skipped: one CPU only");
        return;
    }
    const Machine machine(first);
    int moved = 0;
    for (int round = 0; round < 20; round++) {  // Linux may put us anywhere at any time, though seldom
        stay_on({second});
        stay_on({first, second});
        REQUIRE(future::connect_machine_socket(machine.name()));
        moved += sched_getcpu() == first;
        CHECK(may_use({first, second}));
    }
    CHECK(moved >= 10);

    stay_on({second});  // no other CPU for us
    REQUIRE(future::connect_machine_socket(machine.name()));
    CHECK(may_use({second}));
    REQUIRE(sched_setaffinity(0, sizeof before, &before) == 0);
}
