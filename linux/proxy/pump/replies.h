// SPDX-License-Identifier: MIT
// The way back: one line for each reply; a reply that finds no room waits in its record, never in the way of requests.
#pragma once

#include <ctime>
#include <functional>
#include <mutex>

#include "idl/wire/patience.h"
#include "idl/wire/sleep.h"
#include "pump/core_bell.h"
#include "pump/record.h"

namespace future {

inline uint64_t nanoseconds(const timespec& time) {
    return static_cast<uint64_t>(time.tv_sec) * 1000000000 + static_cast<uint64_t>(time.tv_nsec);
}

inline uint64_t now_ns() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return nanoseconds(time);
}

class Replies {
public:
    Replies(wire_channel* channel, uint32_t ring_lines, uint32_t cores, Records& records, CoreBell bell);

    // Sends the one reply to (ltn, sequence). Its record is idle or becomes so before the program can see the reply.
    // False: the program has a second request in flight on this ltn.
    bool send(uint32_t ltn, uint32_t sequence, uint16_t type, const wire_reply& reply);
    // The doorbell rang or some time passed: sends what waits, as far as there is room.
    void flush();
    // A reply follows soon: its line is fetched while the call is being made.
    void expect() const { wire_expect_send(&sender_); }
    bool waiting() const { return waiting_.load(std::memory_order_relaxed) != 0; }
    void ring_sleepers();
    // When a core was rung since the last time this was asked, by now_ns; 0: none was.
    uint64_t take_rung_at() { return rung_at_.load(std::memory_order_relaxed) ? rung_at_.exchange(0, std::memory_order_relaxed) : 0; }

private:
    bool put(uint32_t ltn, uint32_t sequence, uint16_t type, const wire_reply& reply);
    bool send_first();

    wire_channel* channel_;
    Records& records_;
    CoreBell bell_;
    uint32_t cores_;
    std::atomic<uint64_t> rung_at_{0};
    std::atomic<uint32_t> waiting_{0};
    std::mutex mutex_;  // the list
    Record* first_ = nullptr;
    Record* last_ = nullptr;
    alignas(64) uint64_t tail_ = 0;  // private: the program cannot move it
    wire_sender sender_;
};

}  // namespace future
