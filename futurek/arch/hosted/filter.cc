// SPDX-License-Identifier: MIT
#include "filter.h"

#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "raw.h"

namespace futurek::hosted {

namespace {
uint32_t settled;  // futex
}

bool filter_install() {
    static sock_filter step[] = {
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
