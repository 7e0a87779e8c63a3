// SPDX-License-Identifier: MIT
// One buffer for the whole transfer, page-aligned as direct I/O wants it; the program sees one call.
#include "bounce.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace future {
namespace {

struct Form {
    long plain;  // the form of it that takes one buffer
    bool writes, vector;
};

bool form_of(long number, Form& form) {
    switch (number) {
        case SYS_read: form = {SYS_read, false, false}; return true;
        case SYS_readv: form = {SYS_read, false, true}; return true;
        case SYS_pread64: form = {SYS_pread64, false, false}; return true;
        case SYS_preadv: form = {SYS_pread64, false, true}; return true;
        case SYS_write: form = {SYS_write, true, false}; return true;
        case SYS_writev: form = {SYS_write, true, true}; return true;
        case SYS_pwrite64: form = {SYS_pwrite64, true, false}; return true;
        case SYS_pwritev: form = {SYS_pwrite64, true, true}; return true;
        default: return false;
    }
}

class Buffer {
public:
    explicit Buffer(size_t bytes) : bytes_(bytes) {
        memory_ = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    }
    ~Buffer() {
        if (*this) munmap(memory_, bytes_);
    }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    explicit operator bool() const { return memory_ != MAP_FAILED; }
    char* begin() { return static_cast<char*>(memory_); }

private:
    void* memory_;
    size_t bytes_;
};

size_t total(const iovec* pieces, long count) {
    size_t sum = 0;
    for (long i = 0; i < count; i++) sum += pieces[i].iov_len;
    return sum;
}

}  // namespace

long bounced(const RawCall& call, long number, long fd, long address, long count, long position) {
    Form form;
    if (!form_of(number, form)) return -EFAULT;
    const iovec whole = {reinterpret_cast<void*>(address), static_cast<size_t>(count)};
    const iovec* pieces = form.vector ? reinterpret_cast<const iovec*>(address) : &whole;
    const long piece_count = form.vector ? count : 1;
    constexpr size_t most = 0x7ffff000;  // Linux's MAX_RW_COUNT
    const size_t bytes = std::min(total(pieces, piece_count), most);
    if (bytes == 0) return -EFAULT;
    Buffer buffer(bytes);
    if (!buffer) return -ENOMEM;

    size_t left = bytes;
    char* place = buffer.begin();
    for (long i = 0; form.writes && i < piece_count && left; i++) {
        const size_t part = std::min(left, pieces[i].iov_len);
        std::memcpy(place, pieces[i].iov_base, part);
        place += part, left -= part;
    }
    const long done = call(form.plain, fd, reinterpret_cast<long>(buffer.begin()), static_cast<long>(bytes), position);
    left = form.writes || done < 0 ? 0 : static_cast<size_t>(done);
    place = buffer.begin();
    for (long i = 0; i < piece_count && left; i++) {
        const size_t part = std::min(left, pieces[i].iov_len);
        std::memcpy(pieces[i].iov_base, place, part);
        place += part, left -= part;
    }
    return done;
}

}  // namespace future
