// SPDX-License-Identifier: MIT
#include "filter.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace futurek::hosted {

bool filter_install() {
    static sock_filter step[] = {
#include "hosted_filter.inc"
    };
    constexpr unsigned short steps = sizeof step / sizeof *step;
    for (sock_filter& each : step)
        if (each.k == FILTER_PID) each.k = static_cast<unsigned>(getpid());
    sock_fprog program = {steps, step};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0;
}

}  // namespace futurek::hosted
