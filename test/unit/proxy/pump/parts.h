// SPDX-License-Identifier: MIT
// What a part of the pump needs around it: a channel, calls without a program, and patience.
#pragma once

#include <sys/eventfd.h>
#include <sys/mman.h>

#include <chrono>
#include <thread>

#include "pump/calls_in_flight.h"
#include "pump/ending.h"
#include "test/slowness.h"

namespace parts {

using namespace future;

inline constexpr uint32_t kLines = WIRE_RING_LINES_MIN, kCalls = 16;
inline constexpr int kLimit = 600;

inline Outcome nothing(void*, caller&, const uint64_t*, uint32_t, wire_reply&) { return Outcome::reply; }

// Waits for descriptor body[1] to be readable.
inline constexpr CallInfo kWaits = {0x203, 1, kMayBlock | kAttemptable, 0, 1, "test.waits", nothing, nullptr, 0};
inline constexpr CallInfo kTells = {0x204, 1, kOneway | kAffine, -1, 0, "test.tells", nothing, nullptr, 0};

inline Call call(uint32_t ltn, uint32_t sequence = 1, const CallInfo& info = kWaits) {
    return {&info, nullptr, ltn, sequence, 2, 0, (info.flags & kOneway) != 0};
}

struct Channel {
    Channel() {
        memory = static_cast<wire_channel*>(mmap(nullptr, bytes(), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
        wire_channel_init(memory, kLines, kCalls, 1);
        requests = wire_sender_of(&memory->request, wire_request_lines(memory), kLines, &memory->request.tail.word);
    }
    ~Channel() { munmap(memory, bytes()); }
    static size_t bytes() { return wire_channel_bytes(kLines); }
    bool send(uint32_t ltn) {
        const uint64_t message[WIRE_LINE_WORDS] = {wire_publish_word(24, 0x100, 0), wire_who_word(ltn, 1), wire_root_pointer(0, 0)};
        return wire_send(&requests, message) > 0;
    }
    bool unattended() const { return wire_load32(&memory->request.sleep.word) != 0; }

    wire_channel* memory;
    wire_sender requests;
};

// Leadership, and what it needs.
struct Lead {
    Channel channel;
    Records records{kCalls};
    Replies replies{channel.memory, kLines, 1, records, {[](void*, uint32_t) {}, nullptr}};
    Leadership leadership{channel.memory, kLines, replies};
};

template <class Condition>
bool soon(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(static_cast<int>(5000 * test::slowness()));
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

}  // namespace parts
