// SPDX-License-Identifier: MIT
// What generated dispatch is written in: each check of a request, each way to answer it.
#pragma once

#include <climits>
#include <cstring>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <type_traits>
#include <utility>

#include "future/dispatch.h"
#include "idl/wire/body.h"

namespace future::execute {

inline Outcome fail(wire_reply& reply, int number) {
    reply.result = -1;
    reply.error = number;
    return Outcome::reply;
}

inline Outcome undecoded(wire_reply& reply, int status) {
    return status == WIRE_BODY_NEWER ? fail(reply, E2BIG) : Outcome::malformed;
}

inline bool failed(long value) { return value < 0 && value >= -4095; }

// A raw system call's result.
inline Outcome finish(wire_reply& reply, long value) {
    if (value == -caller::would_block) return Outcome::would_block;
    if (failed(value)) return fail(reply, static_cast<int>(-value));
    reply.result = value;
    return Outcome::reply;
}

// A handler's result: any number may be a value here.
template <class T, class Errors>
Outcome finish(wire_reply& reply, const result<T, Errors>& returned) {
    if (!returned.ok()) return fail(reply, returned.error_number());
    if constexpr (std::is_void_v<T>) reply.result = 0;
    else reply.result = static_cast<long>(returned.value());
    return Outcome::reply;
}

template <class T, class Least, class Most>
bool within(T value, Least least, Most most) {
    return !std::cmp_less(value, least) && !std::cmp_greater(value, most);
}

inline long word(const void* pointer) { return reinterpret_cast<long>(pointer); }

// Where a buffer's bytes go.
enum class Buffer { in, out };

inline std::byte* bulk(const guest_memory& memory, Buffer direction, uint64_t address, uint64_t length) {
    return direction == Buffer::in ? memory.readable(address, length) : memory.writable(address, length);
}

// Copies an iovec array once, then checks and translates the copy. 0 or an errno.
inline int copy_vectors(const guest_memory& memory, Buffer direction, uint64_t address, int64_t count, iovec (&to)[IOV_MAX]) {
    if (count < 0 || count > IOV_MAX) return EINVAL;
    if (memory.copy_in(to, address, static_cast<uint64_t>(count) * sizeof(iovec)) != 0) return EFAULT;
    for (int64_t i = 0; i < count; i++) {
        if (std::cmp_greater(to[i].iov_len, SSIZE_MAX)) return EINVAL;
        std::byte* base = bulk(memory, direction, reinterpret_cast<uint64_t>(to[i].iov_base), to[i].iov_len);
        if (!base) return EFAULT;
        to[i].iov_base = base;
    }
    return 0;
}

inline bool owns_all(caller& from, const int* descriptors, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!from.owns_descriptor(descriptors[i])) return false;
    return true;
}

// Descriptors that a call wrote: all become the program's, or none (and EMFILE).
inline bool admit_all(caller& from, int* descriptors, size_t count) {
    bool good = true;
    for (size_t i = 0; i < count; i++)
        if (failed(from.admit_descriptor(descriptors[i]))) descriptors[i] = -1, good = false;
    for (size_t i = 0; i < count && !good; i++)
        if (descriptors[i] >= 0) from.syscall(SYS_close, descriptors[i]);
    return good;
}

}  // namespace future::execute
