// SPDX-License-Identifier: MIT
// The threads that serve calls; how many of them may block; the calls that wait for one.
#pragma once

#include <deque>
#include <memory>
#include <mutex>

#include "pump/worker.h"

namespace future {

// A thread may block only while another one stays free, which leads or waits in epoll: so nobody is stuck. Threads are
// started on demand, up to `most`; beyond that, calls queue for a thread to be free.
class Workers {
public:
    // Each thread runs `work` once.
    Workers(const WorkerSettings& settings, uint32_t most, Ending& ending, std::function<void(Worker&)> work)
        : settings_(settings), most_(most), ending_(ending), work_(std::move(work)) {}

    // One more thread. False: there are enough, the pump stops, or errno.
    bool spawn();

    // One thread's leave to block, which comes back when it is dropped.
    class Slot {
    public:
        Slot() = default;
        Slot(Slot&& other) noexcept : workers_(std::exchange(other.workers_, nullptr)) {}
        Slot& operator=(Slot&& other) noexcept {
            std::swap(workers_, other.workers_);
            return *this;
        }
        ~Slot() {
            if (workers_) workers_->free_.fetch_add(1);
        }
        explicit operator bool() const { return workers_ != nullptr; }

        // The call that has waited longest, for this thread to make it; empty: none waits, and the slot has gone back.
        OwnedCall next();
        // False: a call waits, and the slot is the caller's still.
        bool give_back_unless_queued();

    private:
        friend class Workers;
        explicit Slot(Workers* workers) : workers_(workers) {}
        Workers* workers_ = nullptr;
    };
    // The caller's leave to block with this call. Empty: the call waits in the queue, and is empty here.
    Slot reserve(OwnedCall& call);

    bool none_queued() const;
    // What waits of this thread's; empty: nothing does.
    OwnedCall take_queued(uint32_t ltn);
    // No other thread would hear what one that waits by itself does not.
    bool only_one_free() const { return free_.load() == 1; }

    // Once, after Ending::stop(): all threads, each interrupted. No further one is started.
    std::vector<std::unique_ptr<Worker>> stop();

private:
    WorkerSettings settings_;
    uint32_t most_;
    Ending& ending_;
    std::function<void(Worker&)> work_;

    alignas(64) std::atomic<uint32_t> free_{0};  // threads that are not in a blocking call: never below one
    mutable std::mutex mutex_;                   // what follows
    std::vector<std::unique_ptr<Worker>> workers_;
    std::deque<OwnedCall> queue_;
};

// Takes this thread's call out of a queue, under its lock.
OwnedCall take_from(std::deque<OwnedCall>& queue, uint32_t ltn);

}  // namespace future
