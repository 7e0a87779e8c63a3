// SPDX-License-Identifier: MIT
// What the proxy remembers of a call in flight: one private record per logical thread, touched only when a call waits.
#pragma once

#include <sys/mman.h>
#include <sys/types.h>

#include <atomic>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include "descriptor.h"
#include "future/dispatch.h"

namespace future {

// A validated request.
struct Call {
    const CallInfo* info;
    void* handler;
    uint32_t ltn;
    uint32_t sequence;
    uint32_t words;      // of the body
    uint32_t statistic;  // its index among all calls served
    bool oneway;
};

// A request that outlives the buffer it was received in.
struct SavedCall {
    Call call;
    std::unique_ptr<uint64_t[]> body;
    Descriptor duplicate;  // ours, of the descriptor that it waits on, if it is or was parked
    SavedCall(const Call& from, const uint64_t* words, Descriptor own = {})
        : call(from), body(new uint64_t[from.words]), duplicate(std::move(own)) {
        std::memcpy(body.get(), words, from.words * sizeof(uint64_t));
    }
};

// idle → running | parked | queued → … → idle → (reply ring full) replying → idle. Whoever moves the state away from
// idle, parked, queued or replying by compare-exchange owns the rest of the record until it stores the next state.
enum class CallState : uint32_t {
    idle,      // no call in flight, or the leader executes it right now
    running,   // a thread executes it
    parked,    // in epoll, waiting for its descriptor
    queued,    // waits for a thread
    replying,  // answered; the reply waits for room in the ring
};

struct alignas(64) Record {
    std::atomic<CallState> state;  // the only word that a fast call looks at
    std::atomic<uint32_t> cancelled;
    std::atomic<pid_t> thread;     // that executes it; 0: none
    std::atomic<uint32_t> ready;    // its descriptor became ready while it was being attempted
    std::atomic<uint32_t> sequence;
    uint16_t type;
    SavedCall* saved;              // parked, queued
    Record* next;                  // replying: the list of waiting replies
    wire_reply reply;

    bool claim(CallState from, CallState to) { return state.compare_exchange_strong(from, to); }
};

// The records of ltns 0 … count-1. Zero pages until touched, so 100,000 threads that never wait cost nothing.
class Records {
public:
    explicit Records(uint32_t count) : count_(count) {
        void* memory = mmap(nullptr, bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory == MAP_FAILED) throw std::bad_alloc();
        records_ = static_cast<Record*>(memory);
    }
    ~Records() { munmap(records_, bytes()); }
    Records(const Records&) = delete;
    Records& operator=(const Records&) = delete;

    uint32_t count() const { return count_; }
    Record& operator[](uint32_t ltn) { return records_[ltn]; }
    uint32_t ltn_of(const Record& record) const { return static_cast<uint32_t>(&record - records_); }

private:
    size_t bytes() const { return (count_ ? count_ : 1) * sizeof(Record); }
    Record* records_;
    uint32_t count_;
};

}  // namespace future
