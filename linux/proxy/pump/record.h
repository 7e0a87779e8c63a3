// SPDX-License-Identifier: MIT
// What the proxy remembers of a call in flight: one private record per logical thread, touched only when a call waits.
#pragma once

#include <sys/mman.h>
#include <sys/types.h>

#include <atomic>
#include <new>

#include "idl/wire/message.h"

namespace future {

class OwnedCall;

// The state of one thread's call, and the only ways in which it changes:
//
//       begin         park            become_ready, claim
//   idle ────→ running ────→ parked ─────────────────────→ running
//                 │  ↑ run
//                 │  └───── queued ←──── queue
//                 └─ answered ─→ idle ─ wait_for_room ─→ replying ─ sent ─→ idle
//
// Whoever moves it away from idle, parked or replying by compare-exchange owns the call, and what is remembered of it,
// until he stores the next state; OwnedCall is the proof. A call that the leader answers at once never leaves idle, so the
// fast path reads one word and writes none.
class alignas(64) Record {
public:
    // No call in flight, or the leader executes it right now.
    bool idle() const { return state_.load(std::memory_order_acquire) == State::idle; }
    // In flight with this sequence number, and not answered.
    bool holds(uint32_t sequence) const {
        const State state = state_.load();
        return state != State::idle && state != State::replying && sequence_.load() == sequence;
    }

    // True: the caller owns the call. False: there is one already.
    bool begin(uint16_t message_type, uint32_t sequence) {
        if (!move(State::idle, State::running)) return false;
        sequence_.store(sequence, std::memory_order_relaxed);
        type = message_type;
        thread.store(0);
        ready_.store(0);
        cancelled.store(0);
        return true;
    }

    // The owner's, who has put the call where another thread looks, and loses it by this. False: it became ready or was
    // cancelled meanwhile, and he owns it still. (An event that finds it running sets `ready_`, then both compare-exchange:
    // one wins.)
    bool park() {
        state_.store(State::parked);
        if (ready_.load() == 0 && cancelled.load() == 0) return true;
        return !move(State::parked, State::running);
    }
    // Its descriptor is ready. True: the caller owns the call. False: who owns it hears of it.
    bool become_ready() {
        if (claim()) return true;
        ready_.store(1);
        return claim();
    }
    // True: it was parked, and the caller owns it now.
    bool claim() { return move(State::parked, State::running); }
    // The owner's, before he looks whether it is ready.
    void forget_ready() { ready_.store(0); }

    // The owner's, under the lock of the queue that it goes into, or comes from.
    void queue() { state_.store(State::queued); }
    void run() { state_.store(State::running); }

    // The call is over, and its thread may make the next one.
    void answered() {
        if (state_.load(std::memory_order_relaxed) != State::idle) state_.store(State::idle, std::memory_order_release);
    }
    // Answered, but there is no room. False: a hostile program has asked again meanwhile.
    bool wait_for_room() { return move(State::idle, State::replying); }
    void sent() { state_.store(State::idle, std::memory_order_release); }

    std::atomic<uint32_t> cancelled;  // anyone's
    std::atomic<pid_t> thread;        // that executes it; 0: none
    // What follows is the owner's.
    OwnedCall* saved;                 // parked
    uint16_t type;                    // replying, as what follows
    Record* next;                     // the list of waiting replies
    wire_reply reply;

    uint32_t sequence() const { return sequence_.load(std::memory_order_relaxed); }
    void reply_to(uint32_t sequence) { sequence_.store(sequence, std::memory_order_relaxed); }

private:
    // Zero is idle: records are fresh pages.
    enum class State : uint32_t { idle, running, parked, queued, replying };
    bool move(State from, State to) { return state_.compare_exchange_strong(from, to); }

    std::atomic<State> state_;
    std::atomic<uint32_t> ready_;  // its descriptor became ready while it was being attempted
    std::atomic<uint32_t> sequence_;
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
    const Record& operator[](uint32_t ltn) const { return records_[ltn]; }
    uint32_t ltn_of(const Record& record) const { return static_cast<uint32_t>(&record - records_); }

private:
    size_t bytes() const { return (count_ ? count_ : 1) * sizeof(Record); }
    Record* records_;
    uint32_t count_;
};

}  // namespace future
