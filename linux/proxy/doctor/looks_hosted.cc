// SPDX-License-Identifier: MIT
// What the hosted machine needs, tried.
#include <asm/prctl.h>
#include <cpuid.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <initializer_list>
#include <sstream>

#include "machine/computer_memory.h"
#include "machine/device.h"
#include "fmt/format.h"
#include "doctor/looks.h"

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#endif

namespace future {

namespace {

// What sticks to a thread or ends a process is tried in a child.
bool in_child(bool (*attempt)()) {
    const pid_t child = fork();
    if (child == 0) _exit(attempt() ? 0 : 1);
    int status = 1;
    if (child > 0) waitpid(child, &status, 0);
    return child > 0 && status == 0;
}

Finding descriptor_made(int fd, const char* good) {
    if (fd < 0) return {false, std::strerror(errno)};
    close(fd);
    return {true, good};
}

int memory_file(uint64_t bytes) {
    signal(SIGXFSZ, SIG_IGN);  // a limit of files' sizes is an answer, not our end
    const int fd = static_cast<int>(syscall(SYS_memfd_create, "future-doctor", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (fd >= 0 && ftruncate(fd, static_cast<off_t>(bytes)) == 0) return fd;
    const int error = errno;
    if (fd >= 0) close(fd);
    return errno = error, -1;
}

}  // namespace

Finding look_processor() { return {true, "yes"}; }  // or this would not run

Finding look_linux() {
    utsname name = {};
    uname(&name);
    int major = 0, minor = 0;
    char dot = 0;
    std::istringstream(name.release) >> major >> dot >> minor;
    return {major > 4 || (major == 4 && minor >= 18), name.release};
}

Finding look_memory_file() { return descriptor_made(memory_file(hosted_memory(1)), "usable, sealable"); }

Finding look_executable_memory() {
    const int fd = memory_file(4096);
    if (fd < 0) return {false, std::strerror(errno)};
    void* page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED, fd, 0);
    const Finding finding = {page != MAP_FAILED, page != MAP_FAILED ? "a memory file maps with PROT_EXEC" : std::strerror(errno)};
    if (page != MAP_FAILED) munmap(page, 4096);
    close(fd);
    return finding;
}

Finding look_gs_base() {
    const bool has = in_child([] {
        static unsigned long word = 0x66757475;
        unsigned long found = 0;
        if (syscall(SYS_arch_prctl, ARCH_SET_GS, &word) != 0) return false;
        sched_yield();
        __asm__ volatile("mov %%gs:0, %0" : "=r"(found));
        return found == word;
    });
    return {has, has ? "a thread sets its own" : "refused"};
}

Finding look_event_descriptors() {
    sigset_t none;
    sigemptyset(&none);
    const std::pair<const char*, int> made[] = {{"epoll_create1", epoll_create1(EPOLL_CLOEXEC)},
                                                {"eventfd", eventfd(0, EFD_CLOEXEC)},
                                                {"signalfd", signalfd(-1, &none, SFD_CLOEXEC)},
                                                {"timerfd_create", timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC)}};
    std::string refused;
    for (const auto& [name, fd] : made) {
        if (fd < 0) refused += (refused.empty() ? "refused: " : ", ") + std::string(name);
        if (fd >= 0) close(fd);
    }
    return {refused.empty(), refused.empty() ? "usable" : refused};
}

Finding look_sockets() {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return {false, std::strerror(errno)};
    close(pair[0]);
    close(pair[1]);
    return {true, "usable"};
}

Finding look_null() {
    const int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    return descriptor_made(fd, "there");
}

Finding look_proc() {
    const bool has = access("/proc/self/exe", F_OK) == 0;
    return {has, has ? "mounted" : "not mounted"};
}

Finding look_machine_file() {
    const std::string file = hosted_machine_file();
    const bool has = access(file.c_str(), X_OK) == 0;
    return {has, has ? file : file + ": " + std::strerror(errno)};
}

// As futurek/arch/hosted/clock.cc judges.
Finding look_clock() {
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (!__get_cpuid(0x80000007, &a, &b, &c, &d) || !(d >> 8 & 1)) return {false, "the processor does not say that it is invariant"};
    std::ifstream file("/sys/devices/system/clocksource/clocksource0/available_clocksource");
    std::string source;
    bool listed = !file;
    while (file >> source) listed |= source == "tsc";
    return {listed, listed ? "invariant" : "not one of Linux's clock sources"};
}

Finding look_user_dispatch() {
    const bool has = in_child([] {
        static char selector = 0;
        return prctl(PR_SET_SYSCALL_USER_DISPATCH, 1, 0, 0, &selector) == 0;
    });
    return {has, has ? "usable" : "refused"};
}

Finding look_seccomp() {
    const uint32_t action = SECCOMP_RET_TRAP;
    const bool has = syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
    return {has, has ? "usable" : "refused"};
}

Finding look_openat2() {
    const bool has = syscall(SYS_openat2, -1, nullptr, nullptr, 0) >= 0 || errno != ENOSYS;
    return {has, has ? "usable" : "missing"};
}

Finding look_cpus() {
    cpu_set_t set;
    const long count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : std::max(1L, sysconf(_SC_NPROCESSORS_ONLN));
    return {count > 1, std::to_string(count)};
}

Finding look_open_files() {
    rlimit limit = {};
    getrlimit(RLIMIT_NOFILE, &limit);
    return {limit.rlim_max >= 4096, limit.rlim_max == RLIM_INFINITY ? "unlimited" : std::to_string(limit.rlim_max)};
}

Finding look_map_count() {
    unsigned long count = 0;
    std::ifstream("/proc/sys/vm/max_map_count") >> count;
    return {count >= 65530, std::to_string(count)};
}

}  // namespace future
