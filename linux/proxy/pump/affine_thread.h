// SPDX-License-Identifier: MIT
// The thread for calls that insist on being made by one and the same thread, or on being made alone: one serves both.
#pragma once

#include <condition_variable>

#include "pump/workers.h"

namespace future {

class AffineThread {
public:
    // It makes each call by `serve`, one after the other.
    AffineThread(const WorkerSettings& settings, Ending& ending, std::function<void(Worker&, OwnedCall)> serve)
        : settings_(settings), ending_(ending), serve_(std::move(serve)) {}

    // Starts the thread with the first call. Gives the program up when that fails, or when kMostOneway one-way calls wait:
    // their callers do not, so nothing else would ever bound what they take.
    void run(OwnedCall call);
    // What waits of this thread's; empty: nothing does.
    OwnedCall take_queued(uint32_t ltn);
    // Once, after Ending::stop(): the thread, interrupted, or nullptr; no further one is started.
    std::unique_ptr<Worker> stop();

    static constexpr size_t kMostOneway = 1 << 14;

private:
    void loop(Worker& worker);
    bool start();

    WorkerSettings settings_;
    Ending& ending_;
    std::function<void(Worker&, OwnedCall)> serve_;
    std::mutex mutex_;  // what follows
    std::unique_ptr<Worker> worker_;
    std::deque<OwnedCall> queue_;
    size_t oneway_queued_ = 0;
    std::condition_variable something_queued_;
};

}  // namespace future
