// SPDX-License-Identifier: MIT
// The errors the kernel reports, with Linux's numbers: programs and proxies read them as errno.
#pragma once

namespace futurek {

enum class Error : int {
    none = 0,
    no_process = 3,       // ESRCH
    too_big = 7,          // E2BIG
    again = 11,           // EAGAIN
    no_memory = 12,       // ENOMEM
    fault = 14,           // EFAULT
    busy = 16,            // EBUSY
    exists = 17,          // EEXIST
    invalid = 22,         // EINVAL
    too_many_files = 24,  // EMFILE
    no_call = 38,         // ENOSYS
    protocol = 71,        // EPROTO
    timed_out = 110,      // ETIMEDOUT
    already = 114,        // EALREADY
    canceled = 125,       // ECANCELED
};

}  // namespace futurek
