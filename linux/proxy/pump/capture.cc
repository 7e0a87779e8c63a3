// SPDX-License-Identifier: MIT
// One write(2) for each request, so that what the file has is whole.
#include "pump/capture.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "idl/wire/message.h"

namespace future {

void Capture::write(const uint64_t* message) {
    const uint64_t size = wire_size(message[0]);
    uint64_t frame[1 + WIRE_MESSAGE_MAX / sizeof(uint64_t)] = {size};
    std::memcpy(frame + 1, message, size);
    const ssize_t written = ::write(fd_, frame, sizeof(uint64_t) + size);
    if (written == static_cast<ssize_t>(sizeof(uint64_t) + size)) return;
    error_ = written < 0 ? errno : ENOSPC;
    fd_ = -1;
}

}  // namespace future
