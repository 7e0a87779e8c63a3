// SPDX-License-Identifier: MIT
// A build tool: what a process that reads an enemy's file (confine.cc) may ask of Linux, as a seccomp program in words.
//
// Compiled by libseccomp at build time: `future` would else load that library at each start.
#include <errno.h>
#include <linux/filter.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <initializer_list>

namespace {

scmp_filter_ctx filter;

template <class... Comparisons>
void allow(const char* call, Comparisons... comparisons) {
    const int number = seccomp_syscall_resolve_name(call);
    if (number >= 0 && seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, sizeof...(comparisons), comparisons...) == 0) return;
    fprintf(stderr, "make_apart_filter: no rule for %s\n", call);
    exit(1);
}

void rules() {
    for (const char* call : {"brk", "munmap", "mremap", "madvise", "futex", "exit", "exit_group", "rt_sigreturn", "rt_sigprocmask",
                             "clock_gettime", "getpid", "gettid"})
        allow(call);
    // Memory that is no code.
    allow("mmap", scmp_arg_cmp{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0});
    allow("mprotect", scmp_arg_cmp{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0});
    allow("write", scmp_arg_cmp{0, SCMP_CMP_EQ, 0, 0});  // kConfinedPipe
}

}  // namespace

// What it may not is an error, not its end: libdw does without the file that it cannot open.
int main() {
    filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!filter) return 1;
    rules();
    FILE* program = tmpfile();
    if (!program || seccomp_export_bpf(filter, fileno(program)) != 0) return perror("make_apart_filter"), 1;
    rewind(program);
    sock_filter step;
    while (fread(&step, sizeof step, 1, program) == 1) printf("{0x%x, %u, %u, 0x%x},\n", step.code, step.jt, step.jf, step.k);
    return ferror(program) || fflush(stdout) ? 1 : 0;
}
