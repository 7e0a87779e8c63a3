// SPDX-License-Identifier: MIT
// A build tool: what the hosted machine may ask of Linux once it runs, as a seccomp program in words for filter.cc.
//
// Compiled by libseccomp at build time, because compiling it anew would cost every launch as much as the rest of the boot.
// The only word that is not known yet, the machine's own pid, stands in it as FILTER_PID.
#include <errno.h>
#include <linux/filter.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <initializer_list>

#include "filter.h"

namespace {

scmp_filter_ctx filter;

template <class... Comparisons>
void allow(const char* call, Comparisons... comparisons) {
    const int number = seccomp_syscall_resolve_name(call);
    if (number == __NR_SCMP_ERROR) return;  // newer than this library
    if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, sizeof...(comparisons), comparisons...) == 0) return;
    fprintf(stderr, "make_filter: no rule for %s\n", call);
    exit(1);
}

scmp_arg_cmp is(unsigned argument, uint64_t value) { return {argument, SCMP_CMP_EQ, value, 0}; }
scmp_arg_cmp has_none_of(unsigned argument, uint64_t bits) { return {argument, SCMP_CMP_MASKED_EQ, bits, 0}; }

void rules() {
    // Whoever is at home here already: time, sleep, its own memory, what descriptors it holds.
    for (const char* call :
         {"read", "write", "close", "futex", "epoll_wait", "epoll_pwait", "epoll_ctl", "poll", "munmap", "madvise", "mprotect",
          "fallocate", "ftruncate", "brk", "exit", "exit_group", "rt_sigreturn", "rt_sigprocmask", "sigaltstack", "getpid",
          "gettid", "getuid", "sched_yield", "sched_getaffinity", "clock_gettime", "clock_nanosleep", "gettimeofday",
          "restart_syscall", "lseek", "recvfrom", "accept4", "shutdown", "sendmsg", "memfd_create", "eventfd2", "timerfd_settime",
          "set_robust_list", "rseq"})
        allow(call);
    // Code is the arenas' only: mapped where they lie, shared, of a memory file; nothing else is executable.
    allow("mmap", has_none_of(2, PROT_EXEC));
    allow("mmap", is(2, PROT_READ | PROT_WRITE | PROT_EXEC), is(3, MAP_SHARED | MAP_FIXED));
    allow("process_madvise", is(0, static_cast<uint32_t>(-10000)));  // PIDFD_SELF
    allow("process_madvise", is(0, static_cast<uint64_t>(-10000)));
    allow("tgkill", is(0, FILTER_PID));
    allow("rt_sigaction", is(0, SIGABRT));
    allow("sched_setaffinity", is(0, 0));
    allow("sendto", is(4, 0));  // to whom it is connected
    allow("ioctl", is(1, SIOCOUTQ));
    for (const uint64_t operation : {F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_ADD_SEALS}) allow("fcntl", is(1, operation));
    allow("getsockopt", is(1, SOL_SOCKET), is(2, SO_PEERCRED));
    allow("getsockopt", is(1, SOL_SOCKET), is(2, SO_SNDBUF));
    allow("setsockopt", is(1, SOL_SOCKET), is(2, SO_SNDBUF));
    allow("prctl", is(0, PR_SET_TIMERSLACK));
}

}  // namespace

int main() {
    filter = seccomp_init(SCMP_ACT_TRAP);  // its thread is told, and says so (trap.cc)
    if (!filter) return 1;
    // Numbers of other ABIs (int 0x80, x32) too: by itself a filter ends the thread then, and nobody would hear of it.
    seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_TRAP);
    seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);  // a tree: futex is asked at each wake-up
    rules();
    FILE* program = tmpfile();
    if (!program || seccomp_export_bpf(filter, fileno(program)) != 0) return perror("make_filter"), 1;
    rewind(program);
    sock_filter step;
    while (fread(&step, sizeof step, 1, program) == 1) printf("{0x%x, %u, %u, 0x%x},\n", step.code, step.jt, step.jf, step.k);
    return ferror(program) || fflush(stdout) ? 1 : 0;
}
