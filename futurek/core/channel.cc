// SPDX-License-Identifier: MIT
// Channel 0 is an ordinary channel whose "reply" ring carries the device's requests and whose "request" ring the rest.
#include "channel.h"

#include "arch/machine.h"

namespace futurek {

Channel::Channel(wire_channel* channel, uint32_t lines)
    : channel_(channel),
      lines_(lines),
      sender_(wire_sender_of(&channel->request, wire_request_lines(channel), lines, &tail_)),
      receiver_(wire_receiver_of(&channel->reply, wire_reply_lines(channel, lines), lines)) {
    wire_channel_init(channel, lines, 0, 0);
}

bool Channel::f2l_write_if_half_free(const Message& message) {
    return wire_has_room(&sender_, wire_load(&tail_), lines_ / 2) && f2l_write(message);
}

bool Channel::l2f_read(Message& message) {
    int lines = wire_receive(&receiver_, message.word);
    if (lines == WIRE_MALFORMED) arch_panic("channel 0 is corrupt");
    if (lines == WIRE_EMPTY) return false;
    if (wire_publish_head(&receiver_)) {
        // The device never waits for room here: it has one request in flight for each context.
    }
    return true;
}

void Channel::ring() {
    if (wire_must_ring_linux(&channel_->request)) arch_control_ring();
}

}  // namespace futurek
