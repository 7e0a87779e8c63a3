// SPDX-License-Identifier: MIT
// A page-aligned buffer, as direct I/O wants it; the program sees one call.
#include "caller/bounce.h"

#include <sys/mman.h>
#include <sys/stat.h>
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

// Goes through the program's pieces once, front to back.
class Cursor {
public:
    explicit Cursor(const iovec* pieces) : piece_(pieces) {}
    void take(char* to, size_t bytes) {
        walk(bytes, [&](char* here, size_t part) { std::memcpy(to, here, part), to += part; });
    }
    void put(const char* from, size_t bytes) {
        walk(bytes, [&](char* here, size_t part) { std::memcpy(here, from, part), from += part; });
    }

private:
    template <typename Step>
    void walk(size_t bytes, Step step) {
        while (bytes) {
            const size_t part = std::min(bytes, piece_->iov_len - used_);
            step(static_cast<char*>(piece_->iov_base) + used_, part);
            bytes -= part, used_ += part;
            if (used_ == piece_->iov_len) piece_++, used_ = 0;
        }
    }
    const iovec* piece_;
    size_t used_ = 0;
};

// A stream must not be asked twice: what came first would wait for what comes next.
bool may_go_in_parts(long fd) {
    struct stat status;
    return fstat(static_cast<int>(fd), &status) == 0 && (S_ISREG(status.st_mode) || S_ISBLK(status.st_mode));
}

}  // namespace

long bounced(const RawCall& call, long number, long fd, long address, long count, long position, size_t part) {
    Form form;
    if (!form_of(number, form)) return -EFAULT;
    const iovec whole = {reinterpret_cast<void*>(address), static_cast<size_t>(count)};
    const iovec* pieces = form.vector ? reinterpret_cast<const iovec*>(address) : &whole;
    const long piece_count = form.vector ? count : 1;
    constexpr size_t most = 0x7ffff000;  // Linux's MAX_RW_COUNT
    const size_t bytes = std::min(total(pieces, piece_count), most);
    if (bytes == 0) return -EFAULT;
    const size_t at_once = bytes > part && may_go_in_parts(fd) ? part : bytes;
    Buffer buffer(at_once);
    if (!buffer) return -ENOMEM;

    Cursor cursor(pieces);
    size_t done = 0;
    while (done < bytes) {
        const size_t wanted = std::min(at_once, bytes - done);
        if (form.writes) cursor.take(buffer.begin(), wanted);
        const long got = call(form.plain, fd, reinterpret_cast<long>(buffer.begin()), static_cast<long>(wanted),
                              position + static_cast<long>(done));
        if (got < 0) return done ? static_cast<long>(done) : got;
        if (!form.writes) cursor.put(buffer.begin(), static_cast<size_t>(got));
        done += static_cast<size_t>(got);
        if (static_cast<size_t>(got) < wanted) break;
    }
    return static_cast<long>(done);
}

}  // namespace future
