// SPDX-License-Identifier: MIT
// future doctor: what this computer can do, what is missing, and what to do about it.
#include <fcntl.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cpuid.h>

#include <cstring>
#include <fstream>

#include <nlohmann/json.hpp>

#include "command.h"
#include "fmt/format.h"
#include "linux/kmod/uapi/future_ioctl.h"

#ifndef HWCAP2_FSGSBASE
#define HWCAP2_FSGSBASE (1 << 1)
#endif
#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#endif

namespace future {
namespace {

enum class Verdict { good, weaker, missing };

struct Finding {
    std::string what;
    Verdict verdict;
    std::string found;
    std::string advice;  // when not good
};

Finding fsgsbase() {
    const bool has = getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE;
    return {"FSGSBASE instructions", has ? Verdict::good : Verdict::missing, has ? "usable" : "not usable",
            "the hosted machine needs Linux 5.9 or newer on a CPU that has them (Intel since 2012, AMD since 2015)"};
}

Finding executable_memfd() {
    Finding finding = {"executable shared memory", Verdict::good, "memfd maps with PROT_EXEC", ""};
    const int fd = static_cast<int>(syscall(SYS_memfd_create, "future-doctor", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    void* page = MAP_FAILED;
    if (fd >= 0 && ftruncate(fd, 4096) == 0)
        page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED, fd, 0);
    if (page == MAP_FAILED)
        finding = {finding.what, Verdict::missing, std::strerror(errno),
                   "a security policy forbids it (SELinux execmem, vm.memfd_noexec=2); allow it for future-machine"};
    else
        munmap(page, 4096);
    if (fd >= 0) close(fd);
    return finding;
}

Finding user_dispatch() {
    const pid_t child = fork();  // the setting sticks to a thread
    if (child == 0) {
        static char selector = 0;
        _exit(prctl(PR_SET_SYSCALL_USER_DISPATCH, 1, 0, 0, &selector) == 0 ? 0 : 1);
    }
    int status = 1;
    if (child > 0) waitpid(child, &status, 0);
    const bool has = status == 0;
    return {"Syscall User Dispatch", has ? Verdict::good : Verdict::weaker, has ? "usable" : "refused",
            "raw system calls of programs reach Linux instead of being stopped; Linux 5.11 or newer has it"};
}

bool cpuid_bit(unsigned leaf, unsigned bit) {
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid(leaf, &a, &b, &c, &d) && d >> bit & 1;
}

Finding tsc() {
    const bool rdtscp = cpuid_bit(0x80000001, 27), invariant = cpuid_bit(0x80000007, 8);
    return {"time stamp counter", !rdtscp ? Verdict::missing : invariant ? Verdict::good : Verdict::weaker,
            !rdtscp ? "no rdtscp" : invariant ? "rdtscp, invariant" : "rdtscp, not said to be invariant",
            rdtscp ? "clocks may drift when the CPU changes its speed" : "a CPU with rdtscp is needed"};
}

Finding cpu_count() {
    const auto count = static_cast<unsigned>(std::max(1L, sysconf(_SC_NPROCESSORS_ONLN)));
    return {"CPUs", count > 1 ? Verdict::good : Verdict::weaker, std::to_string(count),
            "with one CPU nobody spins: every delegated call costs two wake-ups"};
}

Finding open_files() {
    rlimit limit = {};
    getrlimit(RLIMIT_NOFILE, &limit);
    return {"open files (hard limit)", limit.rlim_max >= 4096 ? Verdict::good : Verdict::weaker,
            std::to_string(limit.rlim_max), "programs get half of it; raise it with ulimit -Hn or in limits.conf"};
}

Finding map_count() {
    unsigned long count = 0;
    std::ifstream("/proc/sys/vm/max_map_count") >> count;
    return {"memory mappings", count >= 65530 ? Verdict::good : Verdict::weaker, std::to_string(count),
            "fewer thread stacks get guard pages; raise vm.max_map_count with sysctl"};
}

Finding machine_file() {
    const std::string file = hosted_machine_file();
    const bool has = access(file.c_str(), X_OK) == 0;
    return {"future-machine", has ? Verdict::good : Verdict::missing, has ? file : file + ": " + std::strerror(errno),
            "build it, or name it in the variable FUTURE_MACHINE"};
}

Finding resolving_open() {
    const long result = syscall(SYS_openat2, -1, nullptr, nullptr, 0);
    const bool has = result >= 0 || errno != ENOSYS;
    return {"openat2", has ? Verdict::good : Verdict::weaker, has ? "usable" : "missing",
            "every open takes a longer way; Linux 5.6 or newer has it"};
}

// ---- the native machine: nothing of it is needed for the hosted one, so nothing is MISSING ----

Finding native_module() {
    const bool loaded = access("/sys/module/future", F_OK) == 0, device = access(FUTURE_DEVICE_PATH, R_OK | W_OK) == 0;
    return {"native: future.ko", loaded && device ? Verdict::good : Verdict::weaker,
            !loaded ? "not loaded" : device ? "loaded" : "loaded, but " FUTURE_DEVICE_PATH " is not yours to open",
            loaded ? "docs/native.md has a udev rule for a group" : "build and load it (docs/native.md); only the native machine needs it"};
}

Finding native_machine() {
    const uint32_t state = native_state().value_or(FUTURE_MACHINE_NONE);
    return {"native: machine", state == FUTURE_MACHINE_DEAD ? Verdict::weaker : Verdict::good,
            state == FUTURE_MACHINE_DEAD ? "died"
            : state == FUTURE_MACHINE_NONE ? "not booted"
            : state == FUTURE_MACHINE_UP   ? "booted"
                                           : "being booted or shut down",
            native_died};
}

Finding native_kernel() {
    const std::string file = native_kernel_file();
    const bool has = access(file.c_str(), R_OK) == 0;
    return {"native: future-kernel", has ? Verdict::good : Verdict::weaker, has ? file : file + ": " + std::strerror(errno),
            "build it, or name it in the variable FUTURE_KERNEL"};
}

Finding native_cpus() {
    const long all = sysconf(_SC_NPROCESSORS_CONF);
    return {"native: CPUs to take", all > 1 ? Verdict::good : Verdict::weaker, std::to_string(all - 1),
            "Linux keeps CPU 0; with only one there is none to give to Future"};
}

Finding native_lockdown() {
    std::string word;
    std::ifstream file("/sys/kernel/security/lockdown");
    bool locked = false;
    while (file >> word) locked |= word.front() == '[' && word != "[none]";
    return {"native: kernel lockdown", locked ? Verdict::weaker : Verdict::good, locked ? "on" : "off",
            "with Secure Boot, sign future.ko with a key that this computer trusts (docs/native.md)"};
}

const char* word(Verdict verdict) {
    return verdict == Verdict::good ? "ok" : verdict == Verdict::weaker ? "weaker" : "MISSING";
}

void print_findings(const std::vector<Finding>& findings, bool json) {
    if (json) {
        nlohmann::json rows = nlohmann::json::array();
        for (const Finding& f : findings)
            rows.push_back({{"what", f.what}, {"verdict", word(f.verdict)}, {"found", f.found},
                            {"advice", f.verdict == Verdict::good ? "" : f.advice}});
        fmt::print("{}\n", rows.dump(2));
        return;
    }
    for (const Finding& f : findings) {
        fmt::print("{:<8} {:<26} {}\n", word(f.verdict), f.what, f.found);
        if (f.verdict != Verdict::good) fmt::print("{:<8} {:<26} → {}\n", "", "", f.advice);
    }
}

}  // namespace

void add_doctor(CLI::App& app, int& status) {
    auto json = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand("doctor", "Say what this computer can do and what is missing");
    command->add_flag("--json", *json, "As JSON");
    command->callback([json, &status] {
        const std::vector<Finding> findings = {fsgsbase(),  executable_memfd(), user_dispatch(), tsc(),
                                               cpu_count(), open_files(),       map_count(),     resolving_open(),
                                               machine_file(), native_module(), native_machine(), native_kernel(), native_cpus(),
                                               native_lockdown()};
        print_findings(findings, *json);
        for (const Finding& f : findings)
            if (f.verdict == Verdict::missing) status = 1;
        if (!*json) fmt::print("{}\n", status ? "something needed is missing" : "the hosted machine works here");
    });
}

}  // namespace future
