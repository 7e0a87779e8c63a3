// SPDX-License-Identifier: MIT
// System calls that do nothing but judge their arguments: every buffer must be wholly the program's or wholly ours.
#include <sanitizer/asan_interface.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/vfs.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "fuzz_input.h"

namespace future {
namespace {

// A region that a real kernel would touch. The arena has poisoned pages on both sides; so has everything of ours.
void* touched(long pointer, size_t bytes, const char* what) {
    void* begin = reinterpret_cast<void*>(pointer);
    if (bytes == 0) return begin;
    if (void* bad = __asan_region_is_poisoned(begin, bytes)) {
        std::fprintf(stderr, "%s: a system call would touch %p, behind %p + %zu\n", what, bad, begin, bytes);
        abort();
    }
    return begin;
}
void reads(long pointer, size_t bytes) {
    volatile uint8_t sum = 0;
    const auto* from = static_cast<const uint8_t*>(touched(pointer, bytes, "in"));
    for (size_t i = 0; i < bytes; i += 4096) sum = sum + from[i];
}
void writes(long pointer, size_t bytes) {
    if (bytes) std::memset(touched(pointer, bytes, "out"), 0x2f, bytes);  // a hostile kernel of slashes
}
void reads_string(long pointer) {
    const char* text = reinterpret_cast<const char*>(pointer);
    // A path is a private copy: the program could change it between check and use otherwise.
    if (fuzz::in_arena(pointer)) {
        std::fprintf(stderr, "a path is passed in place\n");
        abort();
    }
    if (std::strlen(text) >= 4096) abort();
}
long vectors(long pointer, long count, bool out) {
    if (count < 0 || count > 1024) return -EINVAL;
    if (fuzz::in_arena(pointer)) {
        std::fprintf(stderr, "an iovec array is passed in place\n");
        abort();
    }
    const auto* vector = static_cast<const iovec*>(touched(pointer, static_cast<size_t>(count) * sizeof(iovec), "iovec"));
    for (long i = 0; i < count; i++) {
        const long base = reinterpret_cast<long>(vector[i].iov_base);
        out ? writes(base, vector[i].iov_len) : reads(base, vector[i].iov_len);
    }
    return fuzz::result();
}
long descriptor(long fd) {
    if (fd < 0) return 0;  // -EBADF is Linux's to say
    if (fd >= fuzz::kDescriptorLimit && fd < fuzz::kInternalEnd) {
        std::fprintf(stderr, "descriptor %ld is the proxy's\n", fd);
        abort();
    }
    return 0;
}

// What Linux gives a program has a number that nothing of the proxy has.
long opened() {
    const long number = fuzz::result();
    return number < 0 ? number : number % fuzz::kDescriptorLimit;
}

}  // namespace

long caller::syscall(long number, long a, long b, long c, long d, long e, long f) {
    return syscall_always(number, a, b, c, d, e, f);
}

long caller::syscall_always(long number, long a, long b, long c, long d, long, long) {
    switch (number) {
        case SYS_read: case SYS_pread64: descriptor(a); writes(b, static_cast<size_t>(c)); return fuzz::result();
        case SYS_write: case SYS_pwrite64: descriptor(a); reads(b, static_cast<size_t>(c)); return fuzz::result();
        case SYS_readv: case SYS_preadv: descriptor(a); return vectors(b, c, true);
        case SYS_writev: case SYS_pwritev: descriptor(a); return vectors(b, c, false);
        case SYS_openat: case SYS_openat2: descriptor(a); reads_string(b); return opened();
        case SYS_stat: case SYS_lstat: reads_string(a); writes(b, sizeof(struct stat)); return fuzz::result();
        case SYS_newfstatat: reads_string(b); writes(c, sizeof(struct stat)); return fuzz::result();
        case SYS_fstat: descriptor(a); writes(b, sizeof(struct stat)); return fuzz::result();
        case SYS_fstatfs: descriptor(a); writes(b, sizeof(struct statfs)); return fuzz::result();
        case SYS_readlinkat: reads_string(b); writes(c, static_cast<size_t>(d)); return fuzz::result() & 0xfff;
        case SYS_rename: reads_string(a); reads_string(b); return fuzz::result();
        case SYS_access: case SYS_unlink: case SYS_mkdir: case SYS_rmdir: case SYS_chdir:
            reads_string(a);
            return fuzz::result();
        case SYS_getcwd: writes(a, static_cast<size_t>(b)); return fuzz::result();
        case SYS_getrandom: writes(a, static_cast<size_t>(b)); return fuzz::result();
        case SYS_pipe: case SYS_pipe2: {
            const int ends[2] = {static_cast<int>(fuzz::result()), static_cast<int>(fuzz::result())};
            std::memcpy(touched(a, sizeof ends, "pipe"), ends, sizeof ends);
            return 0;
        }
        case SYS_dup2: case SYS_dup3: descriptor(a); descriptor(b); return fuzz::result();
        case SYS_fcntl: descriptor(a); return opened();
        default: descriptor(a); return fuzz::result();
    }
}

bool caller::owns_descriptor(int64_t fd) const { return below_limit(fd); }

long caller::admit_descriptor(long fd) { return fd < descriptor_limit_ ? fd : -EMFILE; }

}  // namespace future
