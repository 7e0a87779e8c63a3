// SPDX-License-Identifier: MIT
// The interfaces that this proxy serves. Stand-in until gen's tables are there: nop and file.write by hand.
#include "interfaces.h"

#include <sys/syscall.h>

namespace future {
namespace {

Outcome nop(void*, caller&, const uint64_t* body, uint32_t words, wire_reply& reply) {
    if (words < 2) return Outcome::malformed;
    reply.result = static_cast<int64_t>(body[1]);
    return Outcome::reply;
}

Outcome file_write(void*, caller& from, const uint64_t* body, uint32_t words, wire_reply& reply) {
    if (words < 4) return Outcome::malformed;
    const int32_t fd = static_cast<int32_t>(body[1]);
    std::byte* buffer = from.memory().range(body[2], body[3]);
    long result = -EBADF;
    if (from.owns_descriptor(fd))
        result = buffer ? from.syscall(SYS_write, fd, reinterpret_cast<long>(buffer), static_cast<long>(body[3])) : -EFAULT;
    if (result == -caller::would_block) return Outcome::would_block;
    reply.result = result < 0 ? -1 : result;
    reply.error = result < 0 ? static_cast<int32_t>(-result) : 0;
    return Outcome::reply;
}

constexpr CallInfo kNopCalls[] = {{0x100, 1, 0, -1, 0, "nop.nop", nop, 0}};
constexpr CallInfo kFileCalls[] = {{}, {}, {}, {}, {0x204, 3, kMayBlock | kAttemptable, 0, 4, "file.write", file_write, 0}};
constexpr InterfaceInfo kNop = {"nop", 1, 1, 1, kNopCalls};
constexpr InterfaceInfo kFile = {"file", 2, 2, 5, kFileCalls};

}  // namespace

std::vector<Interface> served_interfaces() { return {{&kNop, nullptr}, {&kFile, nullptr}}; }

}  // namespace future
