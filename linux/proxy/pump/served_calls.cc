// SPDX-License-Identifier: MIT
// Two steps from a message type to its row: the interface's slot, then the call's number.
#include "pump/served_calls.h"

#include "fmt/format.h"
#include "idl/wire/message.h"
#include "nop_wire.h"

namespace future {

ServedCalls::ServedCalls(std::vector<Interface> interfaces) : interfaces_(std::move(interfaces)) {
    size_t total = 0;
    for (const Interface& interface : interfaces_) total += interface.info->call_count;
    rows_.reserve(total);
    for (const Interface& interface : interfaces_) {
        const InterfaceInfo& info = *interface.info;
        slots_[info.slot] = {rows_.data() + rows_.size(), info.call_count};
        for (uint32_t i = 0; i < info.call_count; i++)
            rows_.push_back({&info.calls[i], interface.handler, static_cast<uint32_t>(rows_.size())});
    }
}

bool ServedCalls::look_up(const uint64_t* message, uint32_t max_calls, Call& call, std::string& why) const {
    const uint16_t type = wire_message_type(message[0]);
    const uint16_t flags = wire_flags(message[0]);
    call.ltn = wire_ltn(message[1]);
    call.sequence = wire_sequence(message[1]);
    call.words = wire_size(message[0]) / sizeof(uint64_t) - WIRE_HEADER_WORDS;
    call.oneway = flags & WIRE_FLAG_ONEWAY;
    call.info = nullptr;
    if (flags & ~WIRE_FLAG_ONEWAY) return why = fmt::format("a request has flags {:#x}", flags), false;
    if (call.ltn >= max_calls)
        return why = fmt::format("a request comes from thread {} of {}", call.ltn, max_calls), false;
    if (type == NOP_CANCEL_TYPE && call.oneway) return true;

    const Slot& slot = slots_[type >> 8];
    const uint32_t number = type & 0xff;
    if (number >= slot.count || !slot.calls[number].info->execute)
        return why = fmt::format("a request asks for call {}.{}, which does not exist", type >> 8, number), false;
    const Row& row = slot.calls[number];
    if (call.oneway != static_cast<bool>(row.info->flags & kOneway))
        return why = fmt::format("{} was sent with the wrong flags", row.info->name), false;
    call.info = row.info;
    call.handler = row.handler;
    call.statistic = row.statistic;
    return true;
}

}  // namespace future
