// SPDX-License-Identifier: MIT
// Descriptors of the pump's own lie at the line or above it, where the program's never do.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "ground/descriptor.h"

namespace future {

// Takes fd over to a number at `limit` or above. Throws std::system_error when there is none, or fd is -1 with its errno.
inline Descriptor internal_descriptor(int fd, int limit) {
    Descriptor moved(fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, limit));
    const int number = errno;
    if (fd >= 0) close(fd);
    if (!moved) throw std::system_error(number, std::generic_category(), "no descriptor left for the proxy itself");
    return moved;
}

}  // namespace future
