// SPDX-License-Identifier: MIT
// Descriptors, limits, and a seccomp filter of what is left: memory, the pipe, the end.
#include "apart/confine.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <initializer_list>

namespace future {
namespace {

// Of address space; 0: cannot be told.
uint64_t memory_in_use() {
    const int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    char text[64] = {};
    const ssize_t bytes = file < 0 ? -1 : read(file, text, sizeof text - 1);
    if (file >= 0) close(file);
    return bytes <= 0 ? 0 : strtoull(text, nullptr, 10) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

bool keep_only(int pipe) {
    if (dup2(pipe, kConfinedPipe) != kConfinedPipe) return false;
    if (syscall(SYS_close_range, kConfinedPipe + 1, ~0u, 0) == 0) return true;
    rlimit limit = {};  // before Linux 5.9
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
    for (int fd = kConfinedPipe + 1; fd < static_cast<int>(limit.rlim_cur); fd++) close(fd);
    return true;
}

bool limit(__rlimit_resource resource, rlim_t most, rlim_t beyond = 0) {
    rlimit now = {};
    if (getrlimit(resource, &now) != 0) return false;
    now.rlim_max = now.rlim_max < most + beyond ? now.rlim_max : most + beyond;
    now.rlim_cur = now.rlim_max < most ? now.rlim_max : most;
    return setrlimit(resource, &now) == 0;
}

// Not every Linux has filters; the limits hold without.
void filter() {
    static sock_filter step[] = {
#include "apart_filter.inc"
    };
    sock_fprog program = {sizeof step / sizeof *step, step};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

}  // namespace

bool confine(int pipe, pid_t parent, const ApartLimits& limits) {
    // What we share with the parent (a native machine's memory) is not to be held for longer than it lives.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) return false;
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) signal(fault, SIG_DFL);
    const uint64_t used = memory_in_use();
    if (!used || !keep_only(pipe)) return false;
    // The clock of CPU time is for a parent that is stopped, and does not look at its own.
    if (!limit(RLIMIT_AS, used + limits.memory_bytes) || !limit(RLIMIT_CPU, limits.seconds, 1) || !limit(RLIMIT_FSIZE, 0) ||
        !limit(RLIMIT_CORE, 0) || !limit(RLIMIT_NPROC, 0) || !limit(RLIMIT_NOFILE, 0))
        return false;
    filter();
    return true;
}

}  // namespace future
