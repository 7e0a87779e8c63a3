// SPDX-License-Identifier: MIT
// Where the threads of a lasting machine are, and who opens its door: the parts by themselves, and a whole machine.
#include <doctest/doctest.h>
#include <dirent.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include "futurek/arch/hosted/door.h"
#include "hosted_machine.h"

using namespace client;
using namespace futurek::hosted;

namespace {

using Cpus = std::set<int>;

Cpus cpus_of(pid_t thread) {
    cpu_set_t set;
    Cpus cpus;
    REQUIRE(sched_getaffinity(thread, sizeof set, &set) == 0);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, &set)) cpus.insert(cpu);
    return cpus;
}

// The cores' threads: all but the one that is named as the process is.
std::vector<pid_t> core_threads(pid_t machine) {
    std::vector<pid_t> threads;
    DIR* folder = opendir(("/proc/" + std::to_string(machine) + "/task").c_str());
    REQUIRE(folder);
    while (const dirent* entry = readdir(folder))
        if (const pid_t thread = atoi(entry->d_name); thread > 0 && thread != machine) threads.push_back(thread);
    closedir(folder);
    std::sort(threads.begin(), threads.end());
    return threads;
}

// Within two seconds: a core settles down after it has said that it is there.
template <class Condition>
bool soon(Condition condition) {
    for (int turn = 0; turn < 2000; turn++, usleep(1000))
        if (condition()) return true;
    return false;
}

struct Listener {
    Listener() : fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        socklen_t size = sizeof address;
        REQUIRE(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(sa_family_t)) == 0);  // a name of Linux's choice
        REQUIRE(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        REQUIRE(listen(fd, 8) == 0);
        bytes = size;
    }
    int visit() const {
        const int visitor = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
        REQUIRE(connect(visitor, reinterpret_cast<const sockaddr*>(&address), bytes) == 0);
        return visitor;
    }
    void let_in() const { close(accept4(fd, nullptr, nullptr, SOCK_CLOEXEC)); }
    int fd;
    sockaddr_un address = {AF_UNIX, {}};
    socklen_t bytes = 0;
};

// A machine's thread, held still until it is let go.
class Held {
public:
    explicit Held(pid_t thread) : thread_(thread) {
        REQUIRE(ptrace(PTRACE_SEIZE, thread, nullptr, PTRACE_O_TRACESYSGOOD) == 0);
        REQUIRE(ptrace(PTRACE_INTERRUPT, thread, nullptr, nullptr) == 0);
        wait();
    }
    ~Held() { let_go(); }
    void let_go() {
        if (thread_) ptrace(PTRACE_DETACH, thread_, nullptr, nullptr);
        thread_ = 0;
    }
    // To the beginning of its next system call of this number.
    void go_to(uint64_t number) {
        for (;;) {
            REQUIRE(ptrace(PTRACE_SYSCALL, thread_, nullptr, nullptr) == 0);
            wait();
            __ptrace_syscall_info at = {};
            REQUIRE(ptrace(PTRACE_GET_SYSCALL_INFO, thread_, sizeof at, &at) > 0);
            if (at.op == PTRACE_SYSCALL_INFO_ENTRY && at.entry.nr == number) return;
        }
    }

private:
    void wait() const {
        int status;
        REQUIRE(waitpid(thread_, &status, __WALL) == thread_);
        REQUIRE(WIFSTOPPED(status));
    }
    pid_t thread_;
};

constexpr future_device_request ask_status = {FUTURE_VERB_STATUS, FUTURE_DEVICE_VERSION};

}  // namespace

TEST_CASE("the door: one sleeper, no ring lost, and a visitor wakes the sleeper alone") {
    CHECK(!door_take());  // closed until it is opened
    const Listener listener;
    REQUIRE(door_open(listener.fd) == nullptr);
    const int device = epoll_create1(EPOLL_CLOEXEC);
    epoll_event watched = {EPOLLIN | EPOLLEXCLUSIVE, {}};
    REQUIRE(epoll_ctl(device, EPOLL_CTL_ADD, listener.fd, &watched) == 0);

    CHECK(door_take());
    CHECK(!door_take());
    door_leave();
    CHECK(door_take());

    door_ring();  // before the sleep: it does not begin
    CHECK(!door_sleep());
    door_ring();
    door_ring();
    CHECK(!door_sleep());
    std::thread ringer([] { usleep(50000), door_ring(); });
    CHECK(!door_sleep());  // neither did the second of the two above end this one, or the next would not return
    ringer.join();

    std::atomic<int> device_woken = 0;
    std::thread device_thread([&] {
        epoll_event event;
        while (epoll_wait(device, &event, 1, 300) > 0) device_woken++, listener.let_in();
    });
    usleep(50000);  // it is asleep
    for (int round = 0; round < 5; round++) {
        int visitor = -1;
        std::thread visit([&] { usleep(20000), visitor = listener.visit(); });
        CHECK(door_sleep());
        listener.let_in();
        visit.join();
        close(visitor);
    }
    CHECK(device_woken == 0);
    const int unattended = listener.visit();  // nobody sleeps at the door
    device_thread.join();
    CHECK(device_woken == 1);
    close(unattended);
    door_leave();
    close(device);
    close(listener.fd);
}

TEST_CASE("idle cores are at home, each on a CPU that the device leaves to it; running ones are Linux's to place") {
    const Cpus allowed = cpus_of(0);
    if (allowed.size() < 2) {
        MESSAGE("skipped: one CPU only");
        return;
    }
    const auto cores = static_cast<unsigned>(allowed.size() - 1);
    Lasting lasting(cores);
    const pid_t machine = lasting.machine.pid();
    const std::vector<pid_t> threads = core_threads(machine);
    REQUIRE(threads.size() == cores);
    auto all_home = [&] {
        Cpus seen = cpus_of(machine);
        for (const pid_t thread : threads) seen.merge(cpus_of(thread));
        return seen == allowed && std::all_of(threads.begin(), threads.end(),
                                              [](pid_t thread) { return cpus_of(thread).size() == 1; });
    };
    CHECK(cpus_of(machine).size() == 1);
    CHECK(soon(all_home));
    for (int round = 0; round < 3; round++) {
        auto connection = lasting.connect();
        REQUIRE(connection->create(cores).error == 0);
        REQUIRE(connection->run(blob_all_loop, cores).error == 0);
        wait_flag(*connection, cores);
        for (const pid_t thread : threads) CHECK(cpus_of(thread) == allowed);
        REQUIRE(connection->kill(SIGKILL).error == 0);
        CHECK(connection->exit_notice().kind == CONTROL_KILLED);
        connection.reset();
        CHECK(soon(all_home));
    }
}

TEST_CASE("as many cores as CPUs, or a machine of one program: nobody has a home") {
    const Cpus allowed = cpus_of(0);
    Lasting full(static_cast<unsigned>(allowed.size()));
    Machine own(1);
    usleep(100000);
    for (const Machine* machine : {&full.machine, &own}) {
        CHECK(cpus_of(machine->pid()) == allowed);
        for (const pid_t thread : core_threads(machine->pid())) CHECK(cpus_of(thread) == allowed);
    }
}

TEST_CASE("a machine keeps to the CPUs that it was given") {
    const Cpus allowed = cpus_of(0);
    cpu_set_t before, one;
    REQUIRE(sched_getaffinity(0, sizeof before, &before) == 0);
    CPU_ZERO(&one);
    CPU_SET(*allowed.begin(), &one);
    REQUIRE(sched_setaffinity(0, sizeof one, &one) == 0);
    {
        Lasting lasting(1);
        auto connection = lasting.connect();
        CHECK(connection->create().error == 0);
        CHECK(connection->run_to_end(blob_exit, 5).value == 5);
        for (const pid_t thread : core_threads(lasting.machine.pid())) CHECK(cpus_of(thread) == Cpus{*allowed.begin()});
    }
    REQUIRE(sched_setaffinity(0, sizeof before, &before) == 0);
}

TEST_CASE("visitors that come all at once, say nothing or leave at once do not keep others out") {
    Lasting lasting(2);
    std::vector<std::thread> visitors;
    std::atomic<int> ended = 0;
    for (int visitor = 0; visitor < 4; visitor++)
        visitors.emplace_back([&, visitor] {
            for (int round = 0; round < 100; round++) {
                const int fd = lasting.machine.connect();
                if (fd < 0) continue;
                Connection connection(fd);
                if (visitor == 0) continue;  // leaves at once
                if (visitor == 1) {
                    usleep(100);  // says nothing while a core attends
                    continue;
                }
                connection.send_create(1, 2 << 20, FUTURE_CREATE_WAIT);
                if (visitor == 2) continue;  // does not wait for what it asked for
                if (connection.answer().error == 0 && connection.run_to_end(blob_exit, 3).value == 3) ended++;
            }
        });
    for (std::thread& visitor : visitors) visitor.join();
    CHECK(ended == 100);
    CHECK(lasting.idle_within(2000));
}

TEST_CASE("who was given to a core is served, though the core gets a program to run before it looks at him") {
    if (cpus_of(0).size() < 2) {
        MESSAGE("skipped: on one CPU nobody is given to a core");
        return;
    }
    Lasting lasting(1);
    const pid_t machine = lasting.machine.pid();
    auto owner = lasting.connect();
    usleep(20000);  // the device watches it from now on
    Held core(core_threads(machine).front());
    core.go_to(SYS_epoll_wait);
    auto first = lasting.connect();
    core.go_to(SYS_recvfrom);  // it looks for first's packet, and will have done so for too long
    Held device(machine);
    auto given = lasting.connect();
    device.go_to(SYS_accept4);
    core.go_to(SYS_futex);  // the device is held
    device.let_go();
    REQUIRE(owner->create().error == 0);
    REQUIRE(owner->run(blob_loop).error == 0);
    core.let_go();
    given->send(&ask_status, sizeof ask_status);
    CHECK(given->answer(2000).error == 0);
    REQUIRE(owner->kill(SIGKILL).error == 0);
    CHECK(owner->exit_notice().kind == CONTROL_KILLED);
}

TEST_CASE("who has gone gives way to a new one before who is there, though nobody has seen him go") {
    Lasting lasting(1);
    auto there = lasting.connect();
    usleep(20000);
    Held device(lasting.machine.pid());
    for (int round = 0; round < 600; round++) {
        auto gone = lasting.connect();
        usleep(200);  // longer than a core attends it
    }
    device.let_go();
    CHECK(there->ask(ask_status).error == 0);
}

TEST_CASE("a full descriptor table: idle ones give way, others are turned away, and no CPU time is used") {
    Lasting lasting(1);
    const rlimit few = {40, 40};
    REQUIRE(prlimit(lasting.machine.pid(), RLIMIT_NOFILE, &few, nullptr) == 0);
    auto still = [&] {
        usleep(50000);
        const unsigned long before = cpu_ticks(lasting.machine.pid());
        usleep(500000);
        return cpu_ticks(lasting.machine.pid()) - before <= 5;
    };
    std::vector<std::unique_ptr<Connection>> idle, listeners;
    for (int count = 0; count < 60; count++) idle.push_back(lasting.connect());
    CHECK(still());
    CHECK(idle.back()->ask(ask_status).error == 0);
    idle.clear();
    REQUIRE(soon([&] { return open_descriptors(lasting.machine.pid()) < 20; }));  // they were seen to go
    std::vector<std::unique_ptr<Connection>> refused;
    const future_device_request log = {FUTURE_VERB_LOG, FUTURE_DEVICE_VERSION};
    const std::string last = "/proc/" + std::to_string(lasting.machine.pid()) + "/fd/39";
    while (access(last.c_str(), F_OK) != 0) {
        listeners.push_back(lasting.connect());
        REQUIRE(listeners.back()->ask(log).error == 0);
    }
    for (int count = 0; count < 5; count++) refused.push_back(lasting.connect());
    CHECK(still());
    for (auto& connection : refused) {
        CHECK(connection->receive(1000).empty());
        CHECK(connection->eof());
    }
    listeners.clear();
    CHECK(lasting.idle_within(1000));
}
