// SPDX-License-Identifier: MIT
// without WHAT… -- COMMAND…: runs a command as on a computer that lacks something. By seccomp where it is a system call of
// Linux's, so no root is needed and nothing but the command is touched.
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <functional>
#include <initializer_list>
#include <map>
#include <string>

namespace {

constexpr int cannot = 77;  // this computer does not let us take it away

[[noreturn]] void fail(const char* what, int error) {
    fprintf(stderr, "without: %s: %s\n", what, strerror(error));
    exit(cannot);
}

scmp_filter_ctx filter;

// A call as if it were not there (ENOSYS) or forbidden (EPERM).
void refuse(const char* call, int error) {
    const int number = seccomp_syscall_resolve_name(call);
    if (number == __NR_SCMP_ERROR) return;  // newer than the library: then Linux's programs cannot have it either
    if (int result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(static_cast<uint32_t>(error)), number, 0)) fail(call, -result);
}
void refuse_if(const char* call, int error, unsigned argument, uint64_t mask, uint64_t value) {
    if (int result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(static_cast<uint32_t>(error)), seccomp_syscall_resolve_name(call), 1,
                                      SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, mask, value)))
        fail(call, -result);
}

void limit(int resource, rlim_t most) {
    const rlimit both = {most, most};
    if (setrlimit(static_cast<__rlimit_resource>(resource), &both) != 0) fail("setrlimit", errno);
}

// An empty folder that nobody may enter lies over `path`.
void hide(const char* path) {
    if (unshare(CLONE_NEWNS | (geteuid() == 0 ? 0 : CLONE_NEWUSER)) != 0) fail("unshare", errno);
    if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) fail("mount", errno);
    if (mount("none", path, "tmpfs", 0, "mode=000,size=4k") != 0) fail(path, errno);
}

// What Docker's and Podman's default profiles forbid to a container without capabilities.
void usual_container() {
    for (const char* call :
         {"acct", "add_key", "bpf", "clock_settime", "create_module", "delete_module", "fanotify_init", "finit_module",
          "fsconfig", "fsmount", "fsopen", "fspick", "init_module", "io_uring_enter", "io_uring_register", "io_uring_setup",
          "ioperm", "iopl", "kcmp", "kexec_load", "keyctl", "mount", "mount_setattr", "move_mount", "move_pages",
          "name_to_handle_at", "open_by_handle_at", "open_tree", "perf_event_open", "personality", "pivot_root",
          "process_vm_readv", "process_vm_writev", "ptrace", "quotactl", "reboot", "request_key", "setns", "swapoff", "swapon",
          "umount2", "unshare", "userfaultfd", "vhangup"})
        refuse(call, EPERM);
}

const std::map<std::string, std::function<void()>> ways = {
    {"executable-memfd", [] { refuse_if("mmap", EPERM, 2, PROT_EXEC | PROT_WRITE, PROT_EXEC | PROT_WRITE); }},
    {"memfd", [] { refuse("memfd_create", ENOSYS); }},
    {"guard-pages", [] { refuse_if("mprotect", ENOMEM, 2, ~0ull, PROT_NONE); }},  // as when max_map_count is reached
    {"gs-base", [] { refuse_if("arch_prctl", EPERM, 0, ~0ull, 0x1001); }},
    {"user-dispatch", [] { refuse_if("prctl", EINVAL, 0, ~0ull, 59); }},
    {"seccomp", [] { refuse("seccomp", ENOSYS); }},
    {"affinity", [] { refuse("sched_setaffinity", EPERM), refuse("sched_getaffinity", EPERM); }},
    {"sockets", [] { refuse("socketpair", EPERM), refuse("socket", EPERM); }},
    {"epoll", [] { refuse("epoll_create1", ENOSYS); }},
    {"eventfd", [] { refuse("eventfd2", ENOSYS); }},
    {"signalfd", [] { refuse("signalfd4", ENOSYS); }},
    {"timerfd", [] { refuse("timerfd_create", ENOSYS); }},
    {"since-5.0",
     [] {
         for (const char* call : {"openat2", "close_range", "faccessat2", "clone3", "pidfd_open", "pidfd_getfd", "pidfd_send_signal",
                                  "epoll_pwait2", "process_madvise", "rseq", "futex_waitv", "cachestat", "statmount"})
             refuse(call, ENOSYS);
         for (uint64_t advice = 20; advice < 26; advice++)
             refuse_if("madvise", EINVAL, 2, ~0ull, advice);  // MADV_COLD … MADV_COLLAPSE
     }},
    {"since-4.5", [] {
         for (const char* call : {"preadv2", "pwritev2", "copy_file_range", "statx"}) refuse(call, ENOSYS);
     }},
    {"container-calls", usual_container},
    {"home", [] { unsetenv("HOME"), unsetenv("XDG_CACHE_HOME"), unsetenv("XDG_RUNTIME_DIR"), unsetenv("USER"); }},
    {"environment", [] { clearenv(); }},
    {"terminal", [] { setsid(); }},
    {"cpus",
     [] {
         cpu_set_t one;
         CPU_ZERO(&one);
         CPU_SET(sched_getcpu(), &one);
         if (sched_setaffinity(0, sizeof one, &one) != 0) fail("sched_setaffinity", errno);
     }},
    {"descriptors", [] { limit(RLIMIT_NOFILE, 256); }},
    {"many-descriptors", [] { limit(RLIMIT_NOFILE, 24); }},
    {"five-descriptors", [] { limit(RLIMIT_NOFILE, 5); }},
    {"file-size", [] { limit(RLIMIT_FSIZE, 1 << 20); }},
    {"locked-memory", [] { limit(RLIMIT_MEMLOCK, 0); }},
    {"address-space", [] { limit(RLIMIT_AS, 1ull << 30); }},
    {"dev-null", [] { hide("/dev"); }},
    {"dev-shm", [] { hide("/dev/shm"); }},
    {"sys", [] { hide("/sys"); }},
    {"proc", [] { hide("/proc"); }},
};

void take_away(const std::string& what) {
    const auto way = ways.find(what);
    if (way == ways.end()) {
        fprintf(stderr, "without: there is no way to take away '%s'; there are:", what.c_str());
        for (const auto& known : ways) fprintf(stderr, " %s", known.first.c_str());
        fprintf(stderr, "\n");
        exit(2);
    }
    way->second();
}

}  // namespace

int main(int, char** argv) {
    if (!(filter = seccomp_init(SCMP_ACT_ALLOW))) fail("seccomp", ENOMEM);
    for (argv++; *argv && strcmp(*argv, "--") != 0; argv++) take_away(*argv);
    if (!*argv || !argv[1]) {
        fprintf(stderr, "usage: without WHAT… -- COMMAND…\n");
        return 2;
    }
    if (int result = seccomp_load(filter)) fail("seccomp", -result);
    execvp(argv[1], argv + 1);
    fail(argv[1], errno);
}
