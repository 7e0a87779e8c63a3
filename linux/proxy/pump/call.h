// SPDX-License-Identifier: MIT
// A request that was found to be one, before anything of its body is looked at.
#pragma once

#include "future/dispatch.h"

namespace future {

struct Call {
    const CallInfo* info;
    void* handler;
    uint32_t ltn;
    uint32_t sequence;
    uint32_t words;      // of the body
    uint32_t statistic;  // its index among all calls served
    bool oneway;
};

// The descriptor that a call waits on, as the program numbers it; -1: none.
inline int waits_on(const Call& call, const uint64_t* body) {
    const int word = call.info->wait_fd_word;
    return word >= 0 && static_cast<uint32_t>(word) + 1 < call.words ? static_cast<int32_t>(body[1 + word]) : -1;
}

}  // namespace future
