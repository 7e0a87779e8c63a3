// SPDX-License-Identifier: MIT
// How a delegated call's system calls are made: plainly, as an attempt that never blocks, or so that cancel can end them.
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <limits>

#include "caller/bounce.h"
#include "caller/program_descriptors.h"
#include "future/caller.h"
#include "caller/interruptible.h"

namespace future {
namespace {

long raw(long number, long a, long b, long c, long d, long e, long f) {
    long result;
    register long r10 asm("r10") = d;
    register long r8 asm("r8") = e;
    register long r9 asm("r9") = f;
    asm volatile("syscall"
                 : "=a"(result)
                 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                 : "rcx", "r11", "memory");
    return result;
}

// Flags that a program may set on its files; O_ASYNC would send signals to the proxy.
constexpr long kSettableFlags = O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME;

// A pipe takes this much wholly or not at all; a longer attempt might write a part, which a blocking write never does.
constexpr size_t kWholeWrite = 4096;
// More than this takes so long, from the page cache even, that others would wait for it.
constexpr size_t kLongRead = 64 << 10;

bool writes(long number) {
    return number == SYS_write || number == SYS_writev || number == SYS_pwrite64 || number == SYS_pwritev;
}

bool transfers(long number) {
    return writes(number) || number == SYS_read || number == SYS_readv || number == SYS_pread64 || number == SYS_preadv;
}

bool longer_than(size_t most, const iovec* vectors, long count) {
    size_t total = 0;
    for (long i = 0; i < count; i++) {
        if (vectors[i].iov_len > most) return true;
        total += vectors[i].iov_len;
    }
    return total > most;
}

// At its own position a regular file is locked for as long as another call on it lasts; of a write at a place, an attempt
// may make a part, and a blocking one never does. Direct I/O waits for the disk, whatever is asked of it.
bool not_to_be_tried(FileKind kind, bool reads_at_place) {
    return kind == FileKind::direct || (kind == FileKind::regular && !reads_at_place);
}

// What the attempt at a read got ends where the page cache ends, not where the file does.
bool cut_short(long fd, const iovec* vectors, long count, long position, long got) {
    if (position < 0 || got < 0 || !longer_than(static_cast<size_t>(got), vectors, count)) return false;
    struct statx status;
    return statx(static_cast<int>(fd), "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE | STATX_SIZE, &status) == 0 &&
           S_ISREG(status.stx_mode) && static_cast<uint64_t>(position + got) < status.stx_size;
}

bool non_blocking(long fd) {
    const long flags = raw(SYS_fcntl, fd, F_GETFL, 0, 0, 0, 0);
    return flags >= 0 && (flags & O_NONBLOCK);
}

bool ready(long fd, bool write) {
    pollfd look = {static_cast<int>(fd), static_cast<short>(write ? POLLOUT : POLLIN), 0};
    return poll(&look, 1, 0) != 0;
}

}  // namespace

bool caller::owns_descriptor(int64_t fd) const {
    return (parked_descriptor_ >= 0 && fd == parked_as_) || (below_limit(fd) && program_descriptors().has(fd));
}

FileKind caller::kind_of(long fd) const {
    if (parked_descriptor_ >= 0 && fd == parked_descriptor_) return FileKind::stream;  // epoll takes no other
    const FileKind known = program_descriptors().kind(fd);
    return known == FileKind::nobodys ? ProgramDescriptors::look(fd) : known;
}

bool caller::blocks_at_once(long fd, bool reads_at_place) {
    return not_to_be_tried(program_descriptors().kind(fd), reads_at_place);
}

long caller::syscall_always(long number, long a, long b, long c, long d, long e, long f) {
    return raw(number, a, b, c, d, e, f);
}

void own_open_descriptors(int limit) {
    // A look at each number would cost a millisecond.
    if (DIR* list = opendir("/proc/self/fd")) {
        while (const dirent* entry = readdir(list))
            if (const int fd = std::atoi(entry->d_name); entry->d_name[0] != '.' && fd < limit && fd != dirfd(list))
                program_descriptors().add(fd);
        closedir(list);
        return;
    }
    for (int fd = 0; fd < limit; fd++)
        if (fcntl(fd, F_GETFD) >= 0) program_descriptors().add(fd);
}

long caller::syscall(long number, long a, long b, long c, long d, long e, long f) {
    if (parked_descriptor_ >= 0 && a == parked_as_ && transfers(number)) a = parked_descriptor_;
    if (number == SYS_close && !program_descriptors().remove(a)) return -EBADF;
    if (number == SYS_fcntl && b == F_SETFL) {
        c &= kSettableFlags;
        if (c & O_DIRECT) program_descriptors().direct_was_set();
    }
    if (attempt_only_) return attempt(number, a, b, c, d);
    const long result = make(number, a, b, c, d, e, f);
    if (result != -EFAULT || !memory_.unpinnable()) return result;
    return bounced([this](long n, long w, long x, long y, long z) { return make(n, w, x, y, z, 0, 0); }, number, a, b, c, d);
}

long caller::make(long number, long a, long b, long c, long d, long e, long f) {
    return cancelled_ ? interruptible_syscall(cancelled_, number, a, b, c, d, e, f) : raw(number, a, b, c, d, e, f);
}

long caller::attempt(long number, long a, long b, long c, long d) {
    retry_when_ready_ = false;
    const iovec whole = {reinterpret_cast<void*>(b), static_cast<size_t>(c)};
    switch (number) {
        case SYS_read:
        case SYS_write:
            return attempt_vector(number, a, &whole, 1, -1);
        case SYS_pread64:
        case SYS_pwrite64:
            return d < 0 ? -EINVAL : attempt_vector(number, a, &whole, 1, d);
        case SYS_readv:
        case SYS_writev:
            return attempt_vector(number, a, reinterpret_cast<const void*>(b), c, -1);
        case SYS_preadv:
        case SYS_pwritev:
            return d < 0 ? -EINVAL : attempt_vector(number, a, reinterpret_cast<const void*>(b), c, d);
        default:
            return -would_block;
    }
}

// preadv2 and pwritev2 take position -1 as "at the file's own position".
long caller::attempt_vector(long number, long fd, const void* vectors, long count, long position) {
    const bool write = writes(number);
    if (count > 0 && longer_than(write ? kWholeWrite : kLongRead, static_cast<const iovec*>(vectors), count)) return -would_block;
    if (not_to_be_tried(kind_of(fd), position >= 0 && !write)) return -would_block;
    const long result = raw(write ? SYS_pwritev2 : SYS_preadv2, fd, reinterpret_cast<long>(vectors), count, position, 0,
                            RWF_NOWAIT);
    if (result == -EOPNOTSUPP || result == -ENOSYS) {
        // Nothing to try it with (terminals; before Linux 6.5 pipes). What poll calls not ready can be waited for there;
        // what it calls ready may be somebody else's by the time we read, so that is a blocking call's to find out. So is
        // what a descriptor that the program made non-blocking has to say. A file with positions is not asked: poll(2) may
        // wait for its file system.
        retry_when_ready_ = position < 0 && !non_blocking(fd) && !ready(fd, write);
        return -would_block;
    }
    if (result == -EINTR) return -would_block;
    if (result == -EFAULT && memory_.unpinnable()) return -would_block;
    if (!write && cut_short(fd, static_cast<const iovec*>(vectors), count, position, result)) return -would_block;
    if (result != -EAGAIN) return result;
    if (non_blocking(fd)) return -EAGAIN;  // the program asked for it
    retry_when_ready_ = true;
    return -would_block;
}

long caller::admit_descriptor(long fd) {
    if (fd < descriptor_limit_) {
        program_descriptors().add(fd);
        return fd;
    }
    raw(SYS_close, fd, 0, 0, 0, 0, 0);
    return -EMFILE;
}

}  // namespace future
