// SPDX-License-Identifier: MIT
// One call in flight and the right to go on with it.
#pragma once

#include <cstring>
#include <memory>
#include <utility>

#include "ground/descriptor.h"
#include "pump/call.h"
#include "pump/record.h"

namespace future {

// Exactly one thread has it at any instant; it is handed on by moving it: into epoll, into a queue, out of them again. Who
// has it answers the call, once, and lets it go. One-way calls have no record, and nobody can cancel them.
class OwnedCall {
public:
    OwnedCall() = default;
    // `body` is the receive buffer's, until keep().
    OwnedCall(const Call& call, const uint64_t* body, Record* record) : call_(call), body_(body), record_(record) {}
    OwnedCall(OwnedCall&& other) noexcept
        : call_(other.call_), body_(std::exchange(other.body_, nullptr)), record_(other.record_), copy_(std::move(other.copy_)),
          duplicate_(std::move(other.duplicate_)) {}
    OwnedCall& operator=(OwnedCall&& other) noexcept {
        call_ = other.call_;
        body_ = std::exchange(other.body_, nullptr);
        record_ = other.record_;
        copy_ = std::move(other.copy_);
        duplicate_ = std::move(other.duplicate_);
        return *this;
    }

    explicit operator bool() const { return body_ != nullptr; }
    const Call& call() const { return call_; }
    const uint64_t* body() const { return body_; }
    Record* record() const { return record_; }  // nullptr: one-way

    // The request outlives the buffer that it was received in.
    void keep() {
        if (copy_) return;
        copy_.reset(new uint64_t[call_.words]);
        std::memcpy(copy_.get(), body_, call_.words * sizeof(uint64_t));
        body_ = copy_.get();
    }

    // Ours, of the descriptor that it waits on, if it is or was parked: the program may close its own, and the next file may
    // get its number; the call goes on with the file that it began with.
    const Descriptor& duplicate() const { return duplicate_; }
    void wait_on(Descriptor duplicate) { duplicate_ = std::move(duplicate); }
    // Nothing of the program's is open any more once it has its answer.
    void close_duplicate() { const Descriptor closed = std::move(duplicate_); }

    bool cancelled() const { return record_ && record_->cancelled.load(); }
    void run_on(pid_t thread) {
        if (record_) record_->thread.store(thread);
    }
    void queue() {
        if (record_) record_->queue();
    }
    void run() {
        if (record_) record_->run();
    }

private:
    Call call_{};
    const uint64_t* body_ = nullptr;
    Record* record_ = nullptr;
    std::unique_ptr<uint64_t[]> copy_;
    Descriptor duplicate_;
};

}  // namespace future
