// SPDX-License-Identifier: MIT
// Where the line between the program's descriptors and ours lies.
#include "ground/descriptor.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "ground/failure.h"

namespace future {
namespace {

// The kernel's table grows to the highest descriptor in use, so a low line keeps every start cheap; 8192 are enough
// for thousands of pipes. Half of a smaller hard limit stays ours: each parked call takes one.
constexpr rlim_t kUsualLimit = 8192;
constexpr rlim_t kLeastHard = 16;  // with fewer the line would lie in what `future` has open already
int limit = 512;

}  // namespace

void draw_descriptor_limit(unsigned max_files, unsigned ours) {
    rlimit now = {};
    getrlimit(RLIMIT_NOFILE, &now);
    const rlim_t hard = std::min<rlim_t>(now.rlim_max, 1 << 30);
    if (hard < kLeastHard)
        throw Failure("the hard limit of open files is " + std::to_string(hard) + ", too few for `future` itself; raise it (ulimit -Hn)");
    if (max_files > hard / 2)
        throw Failure("--max-files is more than half of the hard limit " + std::to_string(hard) +
                      "; raise that first (ulimit -Hn)");
    limit = static_cast<int>(max_files ? max_files : std::min(kUsualLimit, hard / 2));
    now.rlim_cur = std::min<rlim_t>(now.rlim_max, static_cast<rlim_t>(limit) + ours);
    setrlimit(RLIMIT_NOFILE, &now);
    syscall(SYS_close_range, limit, ~0u, 0);  // inherited, but out of the program's reach
}

int descriptor_limit() { return limit; }

Descriptor internal(int fd) {
    Descriptor low(fd);
    Descriptor high(fcntl(fd, F_DUPFD_CLOEXEC, limit));
    if (!high) throw Failure(std::string("no file descriptor is left: ") + std::strerror(errno) + "; see ulimit -n");
    return high;
}

}  // namespace future
