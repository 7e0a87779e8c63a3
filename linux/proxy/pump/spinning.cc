// SPDX-License-Identifier: MIT
// The clock is read only where it must be: at the first turn, now and then, and at the end.
#include "pump/spinning.h"

namespace future {
namespace {

constexpr uint64_t kLookAtCpusInterval = 1000000, kOfLate = 100 * kLookAtCpusInterval;  // ns

}  // namespace

Spinning::Spinning(uint32_t turns, Replies& replies) : turns_(turns), replies_(replies) {
    wire_patience_init(&patience_, 1000, 32);  // RunDelay tells the rest
}

bool Spinning::goes_on(unsigned turns) {
    if (turns_ != WIRE_SPIN_LEARNS) return turns < turns_;
    if (turns % WIRE_PATIENCE_LOOKS != 0) return true;
    if (turns != 0) return wire_patience_goes_on(&patience_, now_ns());
    spun_ = wire_patience_begin(&patience_);
    if (spun_ && wire_patience_is_timed(&patience_)) wire_patience_time(&patience_, now_ns());
    return spun_;
}

void Spinning::won(RunDelay& run_delay) {
    spun_ = false;
    const uint64_t now = patience_.begin ? now_ns() : 0, rung_at = replies_.take_rung_at();
    wire_patience_won(&patience_, now);
    if (!now) return;
    if (rung_at) wire_patience_woke(&patience_, now - rung_at);
    if (now < next_look_at_cpus_) return;
    next_look_at_cpus_ = now + kLookAtCpusInterval;
    wire_patience_stood(&patience_, run_delay.since_last_time(now, kOfLate, patience_.wake), now);
}

void Spinning::gave_up() {
    wire_patience_sleeps(&patience_, spun_, spun_ ? now_ns() : 0);
    spun_ = false;
}

void Spinning::was_rung() {
    if (const uint64_t rung_at = replies_.take_rung_at()) wire_patience_woke(&patience_, (now_ns() - rung_at) / 2);
}

}  // namespace future
