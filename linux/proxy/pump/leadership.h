// SPDX-License-Identifier: MIT
// Who takes requests off the ring: one thread at a time, and how that passes to another one without timers.
#pragma once

#include <atomic>
#include <cassert>
#include <utility>

#include "idl/wire/sleep.h"
#include "pump/replies.h"

namespace future {

// While nobody leads, the ring says so and the program rings the doorbell; who is woken by it takes the leadership.
class Leadership {
public:
    // The proof that its holder leads. Receiving, parking and cancelling demand it, so nobody else does them meanwhile. To
    // drop it gives nothing back: the ring then belongs to nobody for good, which is how a pump ends.
    class Token {
    public:
        Token() = default;
        Token(Token&& other) noexcept : held_(std::exchange(other.held_, false)) {}
        Token& operator=(Token&& other) noexcept {
            held_ = std::exchange(other.held_, false);
            return *this;
        }
        explicit operator bool() const { return held_; }

    private:
        friend class Leadership;
        explicit Token(bool held) : held_(held) {}
        bool held_ = false;
    };

    // replies: told when there is room again for whom waits for that.
    Leadership(wire_channel* channel, uint32_t ring_lines, Replies& replies)
        : receiver_(wire_receiver_of(&channel->request, wire_request_lines(channel), ring_lines)), replies_(replies) {}

    // Any thread. `rung`: it was woken for the ring's sake. Empty: somebody leads, and if it was rung, he looks again before
    // he leaves for good.
    Token take(bool rung);

    // One message: its number of lines; 0: none; below 0: one of impossible size lies there.
    int receive(const Token& token, uint64_t* message) {
        assert(token);
        const int lines = wire_receive(&receiver_, message);
        if (lines > 0 && wire_head_is_stale(&receiver_)) publish_head(token);
        return lines;
    }
    // Producers wait for room, and there may be some.
    bool room_is_wanted(const Token&) const { return wire_load32(&receiver_.control->room.word) != 0; }
    void publish_head(const Token& token);

    // Nobody attends the ring from here on. Not empty: there is something to do after all, and the caller still leads.
    Token leave(Token token);
    // The leader goes away for a while whatever the ring holds. False: something is pending, and a follower is to be woken.
    [[nodiscard]] bool hand_over(Token token);

private:
    enum : uint32_t { kFree = 0, kTaken = 1, kNudged = 2 };
    bool take_word(bool rung);

    alignas(64) std::atomic<uint32_t> word_{kFree};
    wire_receiver receiver_;  // the leader's
    Replies& replies_;
};

}  // namespace future
