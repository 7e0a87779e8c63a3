// SPDX-License-Identifier: MIT
// Whether the pump goes on. It ends in two steps: the program is given up, for a fault of its own; and its owner stops it.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "ground/descriptor.h"

namespace future {

class Ending {
public:
    // No text: as the signal's default action, without a word.
    struct Failure {
        int signal = 0;
        std::string why;
    };

    // Throws std::system_error when no descriptor is left.
    explicit Ending(int descriptor_limit);

    // The program is to be ended: nothing more is taken off its ring, and failure_event() becomes readable. Only the first
    // reason counts. Any thread, whatever it holds.
    void give_up(int signal, const std::string& why);
    // No honest stub does that.
    void fail(const std::string& why);
    Failure failure() const;
    int failure_event() const { return failure_event_.get(); }

    // False: it was stopped before. stop_event() becomes readable, for every thread that waits.
    bool stop();
    int stop_event() const { return stop_event_.get(); }
    bool stopping() const { return halted_.load() & kStopping; }
    // Given up or stopped.
    bool halted() const { return halted_.load(std::memory_order_relaxed) != 0; }

private:
    enum : uint32_t { kFailed = 1, kStopping = 2 };
    std::atomic<uint32_t> halted_{0};
    Descriptor failure_event_, stop_event_;
    mutable std::mutex mutex_;
    Failure failure_;
};

}  // namespace future
