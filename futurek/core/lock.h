// SPDX-License-Identifier: MIT
// Locks and their tokens. The lock order of the whole kernel stands here and nowhere else.
#pragma once

#include "arch/lock.h"

namespace futurek {

// A lock is taken only while holding none of the same or a later line:
enum class LockRank : uint32_t {
    machine = 1,  // cores, memory extents, process table, waiting creates: control messages, wherever they are handled
    process = 2,  // one process: its state, which of its cores run, its arena's pages
    log = 3,      // the order of log lines
};
// No lock is held while Linux is rung (control_ring), nor in a program, nor while a core sleeps.

class Lock {
public:
    explicit constexpr Lock(LockRank rank) : word_{0, static_cast<uint32_t>(rank)} {}
    void acquire() { arch_lock(word_); }
    void release() { arch_unlock(word_); }

private:
    ArchLock word_;
};

// The proof of holding a T: functions that need it held take one. T has a member `Lock lock`.
template <class T>
class Locked {
public:
    explicit Locked(T& object) : object_(object) { object_.lock.acquire(); }
    ~Locked() { object_.lock.release(); }
    Locked(const Locked&) = delete;
    Locked& operator=(const Locked&) = delete;
    T* operator->() { return &object_; }
    T& operator*() { return object_; }

private:
    T& object_;
};

}  // namespace futurek
