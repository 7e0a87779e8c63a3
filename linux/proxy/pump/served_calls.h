// SPDX-License-Identifier: MIT
// Which calls are served, and what a request's two header words must say to ask for one.
#pragma once

#include <string>
#include <vector>

#include "pump/call.h"

namespace future {

class ServedCalls {
public:
    explicit ServedCalls(std::vector<Interface> interfaces);
    ServedCalls(const ServedCalls&) = delete;  // slots point into rows
    ServedCalls& operator=(const ServedCalls&) = delete;

    size_t size() const { return rows_.size(); }
    const CallInfo& operator[](size_t statistic) const { return *rows_[statistic].info; }

    // Everything but the body, which its generated reader checks. False: no honest stub sends that, and `why` says so.
    // nop.cancel, which the pump serves itself, has info == nullptr.
    bool look_up(const uint64_t* message, uint32_t max_calls, Call& call, std::string& why) const;

private:
    struct Row {
        const CallInfo* info;
        void* handler;
        uint32_t statistic;
    };
    struct Slot {
        const Row* calls = nullptr;
        uint32_t count = 0;
    };
    std::vector<Interface> interfaces_;
    std::vector<Row> rows_;
    Slot slots_[256];
};

}  // namespace future
