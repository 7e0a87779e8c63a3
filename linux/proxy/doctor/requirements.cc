// SPDX-License-Identifier: MIT
// The table of requirements.
#include "doctor/requirements.h"

#include "fmt/format.h"
#include "doctor/looks.h"

namespace future {

namespace {

using enum Need;

constexpr Requirement table[] = {
    {"x86-64", "both", needed, "nothing runs; other processors have other ports (docs/porting.md)", "use another computer", "–",
     look_processor},
    {"Linux 4.18", "hosted", needed, "not tried; what later versions added is used where it is there", "a newer Linux",
     "system_requirements: since-5.0", look_linux},
    {"memory files (memfd)", "hosted", needed, "the machine does not boot and says so", "Linux 3.17, a sandbox that allows memfd_create, or a larger ulimit -f",
     "system_requirements: memfd", look_memory_file},
    {"executable shared memory", "hosted", needed, "the machine does not boot and says so",
     "a security policy forbids it (SELinux execmem, vm.memfd_noexec=2); allow it for future-machine",
     "system_requirements: executable-memfd", look_executable_memory},
    {"GS base", "hosted", needed, "the machine does not boot and says so", "a sandbox that allows arch_prctl(ARCH_SET_GS)",
     "system_requirements: gs-base", look_gs_base},
    {"event descriptors", "hosted", needed, "the machine does not boot and names the call",
     "a sandbox that allows epoll, eventfd, signalfd and timerfd", "system_requirements: epoll, eventfd, signalfd, timerfd",
     look_event_descriptors},
    {"Unix sockets", "hosted", needed, "nothing is started, and that is said", "a sandbox that allows socket(AF_UNIX)",
     "system_requirements: sockets", look_sockets},
    {"/proc", "both", needed, "nothing is started, and that is said", "mount it", "system_requirements: proc", look_proc},
    {"/dev/null", "hosted", needed, "nothing is started, and that is said", "a /dev as any Linux has it", "system_requirements: dev-null",
     look_null},
    {"future-machine", "hosted", needed, "nothing is started, and the file is named",
     "build it, or name it in the variable FUTURE_MACHINE", "system_run", look_machine_file},

    {"a TSC that is a clock", "both", useful,
     "hosted: clocks ask Linux's vDSO (some 50 ns instead of 20); native: clocks may drift, and the module says so",
     "nothing to do: the hosted machine asks Linux instead", "future_machine_test: the clock, asking Linux", look_clock},
    {"Syscall User Dispatch", "hosted", useful, "a stray `syscall` of a program reaches Linux instead of ending the program",
     "Linux 5.11 or newer, or a sandbox that allows the prctl", "system_requirements: user-dispatch", look_user_dispatch},
    {"seccomp filters", "hosted", useful, "a program that breaks out of its mode can ask Linux what its user may ask",
     "a Linux with CONFIG_SECCOMP_FILTER, or a sandbox that allows the call", "system_requirements: seccomp", look_seccomp},
    {"openat2", "both", useful, "every open takes a longer way", "Linux 5.6 or newer", "system_requirements: since-5.0", look_openat2},
    {"a second CPU", "hosted", useful, "nobody spins: every delegated call costs two wake-ups", "more CPUs",
     "system_requirements: cpus; scripts/matrix one-cpu", look_cpus},
    {"4096 open files (hard limit)", "both", useful, "programs get half of what there is", "ulimit -Hn, limits.conf",
     "system_requirements: descriptors, many-descriptors", look_open_files},
    {"65530 memory mappings", "hosted", useful, "fewer thread stacks get guard pages", "sysctl vm.max_map_count",
     "system_requirements: guard-pages", look_map_count},

    {"FSGSBASE", "both", not_needed, "nothing changes: no program uses FS (docs/decisions/0005-thread-behind-gs.md)", "",
     "scripts/matrix nofsgsbase", nullptr},
    {"rdtscp, popcnt, XSAVE, AVX", "both", not_needed, "nothing changes; programs are compiled for any x86-64", "",
     "scripts/matrix old-processor", nullptr},
    {"what a usual container forbids", "hosted", not_needed,
     "nothing changes without io_uring, userfaultfd, perf events, keyctl, ptrace, mount, unshare and their like", "",
     "system_requirements: container-calls", nullptr},
    {"CPU affinity calls", "hosted", not_needed, "idle cores share Linux's choice of CPU", "", "system_requirements: affinity", nullptr},
    {"statx, preadv2, pwritev2, clone3, rseq, close_range", "hosted", not_needed, "longer ways are taken", "",
     "system_requirements: since-4.5, since-5.0", nullptr},
    {"$HOME and the environment", "hosted", not_needed, "nothing changes", "", "system_requirements: home, environment", nullptr},
    {"/dev/shm, /sys", "hosted", not_needed, "nothing changes", "", "system_requirements: dev-shm, sys", nullptr},
    {"a terminal", "hosted", not_needed, "nothing changes", "", "system_requirements: terminal", nullptr},
    {"overcommit", "hosted", not_needed,
     "a program is given what Linux still promises (vm.overcommit_memory=2), less an eighth, unless --memory says otherwise", "",
     "scripts/matrix strict-memory", nullptr},
    {"locked memory", "hosted", not_needed, "nothing changes: no memory is locked", "", "system_requirements: locked-memory", nullptr},

    {"future.ko", "native", useful, "no native machine", "build and load it (docs/native.md); a udev rule for a group is there, too",
     "qemu_native_accidents", look_module},
    {"a machine that lives", "native", useful, "nothing runs on it until it is shut down and booted again",
     "future shutdown --machine native --force", "qemu_native_accidents", look_native_machine},
    {"future-kernel", "native", useful, "no native machine", "build it, or name it in the variable FUTURE_KERNEL",
     "qemu_native_accidents", look_kernel_file},
    {"CPUs to take", "native", useful, "no native machine: Linux keeps CPU 0", "more CPUs", "qemu_kmod", look_native_cpus},
    {"NX, a local APIC", "native", useful, "the module is not loaded and names what is missing", "use the hosted machine",
     "qemu_kmod_refuses", look_native_processor},
    {"no kernel lockdown", "native", useful, "an unsigned module is not loaded",
     "with Secure Boot, sign future.ko with a key that this computer trusts (docs/native.md)", "–", look_lockdown},
};

const char* word(Need need) {
    return need == needed ? "needed" : need == useful ? "useful" : "not needed";
}

}  // namespace

std::span<const Requirement> requirements() { return table; }

std::string requirements_page() {
    std::string page =
        "# What Future asks of a computer\n\n"
        "`future doctor` looks through this table; `future doctor --page` prints this page, and the test `system_requirements`\n"
        "compares the two. Each row has a test that takes the thing away.\n\n"
        "| what | for | | without it | test |\n| --- | --- | --- | --- | --- |\n";
    for (const Requirement& row : table)
        page += fmt::format("| {} | {} | {} | {} | {} |\n", row.name, row.machine, word(row.need), row.without, row.test);
    return page;
}

}  // namespace future
