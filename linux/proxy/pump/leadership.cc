// SPDX-License-Identifier: MIT
// One word: free, taken, or taken and nudged by somebody who was rung in vain.
#include "pump/leadership.h"

namespace future {

bool Leadership::take_word(bool rung) {
    uint32_t seen = kFree;
    if (word_.compare_exchange_strong(seen, kTaken)) return true;
    while (rung && seen == kTaken)
        if (word_.compare_exchange_strong(seen, kNudged)) return false;
    return rung && seen == kFree ? take_word(rung) : false;
}

Leadership::Token Leadership::take(bool rung) {
    if (!take_word(rung)) return {};
    wire_attend_requests(receiver_.control);
    return Token(true);
}

void Leadership::publish_head([[maybe_unused]] const Token& token) {
    assert(token);
    if (wire_publish_head(&receiver_)) replies_.ring_sleepers();
}

Leadership::Token Leadership::leave(Token token) {
    publish_head(token);
    if (!wire_leave_requests(&receiver_)) return token;
    return word_.exchange(kFree) == kNudged ? take(false) : Token();
}

bool Leadership::hand_over(Token token) {
    publish_head(token);
    const bool nothing_pending = wire_leave_requests(&receiver_);
    return word_.exchange(kFree) != kNudged && nothing_pending;
}

}  // namespace future
