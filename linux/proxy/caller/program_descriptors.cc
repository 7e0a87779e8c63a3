// SPDX-License-Identifier: MIT
// A byte for each number.
#include "caller/program_descriptors.h"

#include <fcntl.h>
#include <sys/stat.h>

namespace future {

void ProgramDescriptors::add(long fd) {
    if (!in_range(fd)) return;
    uint8_t seen = word(fd).load();
    while (!word(fd).compare_exchange_weak(seen, static_cast<uint8_t>(((seen & ~kKindBits) + kOwner) | kUnknown))) continue;
}

FileKind ProgramDescriptors::look(long fd) {
    struct statx status;
    if (statx(static_cast<int>(fd), "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE, &status) != 0) return FileKind::stream;
    const bool regular = S_ISREG(status.stx_mode);
    if (!regular && !S_ISBLK(status.stx_mode)) return FileKind::stream;
    const int flags = fcntl(static_cast<int>(fd), F_GETFL);
    if (flags >= 0 && (flags & O_DIRECT)) return FileKind::direct;
    return regular ? FileKind::regular : FileKind::stream;
}

FileKind ProgramDescriptors::kind(long fd) {
    uint8_t seen = in_range(fd) ? word(fd).load() : uint8_t{kNobodys};
    if (kind_in(seen) == kNobodys) return FileKind::nobodys;
    if (kind_in(seen) != kUnknown && !direct_set_later_.load(std::memory_order_relaxed))
        return static_cast<FileKind>(kind_in(seen) - kKnown);
    const FileKind found = look(fd);
    word(fd).compare_exchange_strong(seen, static_cast<uint8_t>((seen & ~kKindBits) | (kKnown + static_cast<uint8_t>(found))));
    return found;
}

ProgramDescriptors& program_descriptors() {
    static ProgramDescriptors descriptors;
    return descriptors;
}

}  // namespace future
