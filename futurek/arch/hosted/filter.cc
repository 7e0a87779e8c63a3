// SPDX-License-Identifier: MIT
#include "filter.h"

#include <limits.h>
#include <linux/filter.h>
#include <stddef.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host.h"
#include "raw.h"

namespace futurek::hosted {

namespace {
uint32_t settled;  // futex

// Of struct seccomp_data, by halves.
constexpr uint32_t call_number = offsetof(seccomp_data, nr);
constexpr uint32_t low(unsigned argument) { return offsetof(seccomp_data, args) + 8 * argument; }
constexpr uint32_t high(unsigned argument) { return low(argument) + 4; }
}  // namespace

bool filter_install() {
    const Addresses arenas = memory_addresses();
    const uint32_t first = static_cast<uint32_t>(arenas.first / extent_align), end = static_cast<uint32_t>(arenas.end / extent_align);
    static_assert(extent_align == 1 << 21);
    static sock_filter step[] = {
        // Protections are changed, and code is mapped, only where arenas lie: address / 2 MiB is at least `first`, and that
        // and length / 2 MiB together are below `end`, so it ends before `end` + 1. Here and not in make_filter.cc, because a
        // rule of libseccomp's compares an argument once, and adds nothing.
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, call_number),
        BPF_JUMP(BPF_JMP | BPF_JEQ, __NR_mprotect, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ, __NR_mmap, 0, 24),  // else the list
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, low(2)),
        BPF_JUMP(BPF_JMP | BPF_JSET, PROT_EXEC, 0, 22),  // else the list
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, high(1)),
        BPF_JUMP(BPF_JMP | BPF_JGT, 0xffff, 19, 0),  // refused
        BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 32 - 21),
        BPF_STMT(BPF_ST, 0),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, low(1)),
        BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 21),
        BPF_STMT(BPF_LDX | BPF_MEM, 0),
        BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0),
        BPF_STMT(BPF_ST, 0),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, high(0)),
        BPF_JUMP(BPF_JMP | BPF_JGT, 0xffff, 10, 0),  // refused
        BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 32 - 21),
        BPF_STMT(BPF_ST, 1),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, low(0)),
        BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 21),
        BPF_STMT(BPF_LDX | BPF_MEM, 1),
        BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0),
        BPF_JUMP(BPF_JMP | BPF_JGE, first, 0, 3),  // else refused
        BPF_STMT(BPF_LDX | BPF_MEM, 0),
        BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0),
        BPF_JUMP(BPF_JMP | BPF_JGE, end, 0, 1),  // else the list
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
#include "hosted_filter.inc"
    };
    constexpr unsigned short steps = sizeof step / sizeof *step;
    for (sock_filter& each : step)
        if (each.k == FILTER_PID) each.k = static_cast<unsigned>(getpid());
    sock_fprog program = {steps, step};
    // Before Linux 5.16 a filter also turned speculative loads past stores off, which would slow programs down.
    constexpr unsigned flags = SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_SPEC_ALLOW;
    bool good = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program) == 0;
    __atomic_store_n(&settled, 1, __ATOMIC_SEQ_CST);
    futex_wake(&settled, INT_MAX, false);
    return good;
}

void filter_await() {
    while (!__atomic_load_n(&settled, __ATOMIC_SEQ_CST)) futex_wait(&settled, 0, UINT64_MAX, false);
}

}  // namespace futurek::hosted
