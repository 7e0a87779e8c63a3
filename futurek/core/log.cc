// SPDX-License-Identifier: MIT
// A log line is the one message that may be lost; how many were is said by the next one that goes through.
#include "log.h"

#include "arch/machine.h"

namespace futurek {

namespace {

bool send(Channel& channel, LogLevel level, const Text& text, uint32_t pid, const Owner& owner) {
    Message message;
    encode_notice(message, control_log_request{static_cast<uint32_t>(level), text.data(), text.size(), pid}, owner);
    return channel.f2l_write_if_half_free(message);
}

}  // namespace

void Log::line(LogLevel level, const Text& text, uint32_t pid, const Owner& owner) {
    Locked<Log> held(*this);
    arch_console_line(text.data(), text.size());
    if (lost_ && send(channel_, LogLevel::warning, Text().number(lost_).add(" log lines were lost"), 0, {})) lost_ = 0;
    if (!send(channel_, level, text, pid, owner)) lost_++;
}

}  // namespace futurek
