// SPDX-License-Identifier: MIT
// The kernel's log: each line goes to the console and, as a log message, to Linux, which keeps the history.
#pragma once

#include "channel.h"
#include "lock.h"
#include "text.h"

namespace futurek {

enum class LogLevel : uint32_t { error = 0, warning = 1, info = 2 };

class Log {
public:
    explicit Log(Channel& channel) : channel_(channel) {}
    // `pid`, `owner`: of the process that wrote the line, which hears it too; 0: the kernel. Any lock may be held but
    // the log's own. The caller rings channel 0 once it holds none.
    void line(LogLevel level, const Text& text, uint32_t pid = 0, const Owner& owner = {});

    Lock lock{LockRank::log};

private:
    Channel& channel_;
    uint64_t lost_ = 0;  // lines that Linux did not get, because nobody took messages
};

}  // namespace futurek
