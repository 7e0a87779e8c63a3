// SPDX-License-Identifier: MIT
// Channel 0, the kernel's end: f2l_write sends to Linux, l2f_read receives (the paper's names).
#pragma once

#include "../../idl/wire/sleep.h"
#include "control_message.h"
#include "limits.h"

namespace futurek {

class Channel {
public:
    // A zeroed channel of `lines` lines each way; Linux's end is made of the same three.
    Channel(wire_channel* channel, uint32_t lines);

    // Any core, any lock but not ring(). False: full, nothing sent.
    [[nodiscard]] bool f2l_write(const Message& message) { return wire_send(&sender_, message.word) > 0; }
    // For what may be lost: leaves half of the ring to what may not.
    [[nodiscard]] bool f2l_write_if_half_free(const Message& message);
    // One caller at a time (Locked<Machine>). False: nothing there.
    [[nodiscard]] bool l2f_read(Message& message);
    // Tells Linux, if nobody attends. No lock is held: on a hosted machine the caller may deliver the messages itself.
    void ring();

private:
    wire_channel* channel_;
    uint32_t lines_;
    uint64_t tail_ = 0;
    wire_sender sender_;
    wire_receiver receiver_;
};

}  // namespace futurek
