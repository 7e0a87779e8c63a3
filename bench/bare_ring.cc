// SPDX-License-Identifier: MIT
#include "bare_ring.h"

#include "bare_program.h"
#include "idl/wire/ring.h"
#include "raw_peer.h"
#include "samples.h"

namespace bench {

Samples bare_ring(const Options& o, std::unique_ptr<future::Device> device, int at_once) {
    BareProgram peer(o.bin / "bench-ring-peer", std::move(device));
    wire_channel* const channel = peer.channel();
    wire_line *const requests = wire_request_lines(channel), *const replies = wire_reply_lines(channel, peer.ring_lines());
    wire_sender sender = wire_sender_of(&channel->request, requests, peer.ring_lines(), &channel->request.tail.word);
    wire_receiver receiver = wire_receiver_of(&channel->reply, replies, peer.ring_lines());
    const double scale = ns_per_tick();
    const int rounds = (o.quick ? 5000 : 50000) / at_once, warm_up = 1000 / at_once;
    std::vector<double> values;
    uint64_t answer[WIRE_MESSAGE_MAX / 8];
    peer.run();
    for (int i = -warm_up; i < rounds; i++) {
        const uint64_t start = ticks();
        for (int n = 0; n < at_once; n++) {
            const uint64_t request[WIRE_LINE_WORDS] = {wire_publish_word(32, 0, 0), wire_who_word(0, static_cast<uint32_t>(i)),
                                                       wire_root_pointer(1, 0), 0};
            wire_expect_send(&sender);
            wire_send(&sender, request);
        }
        for (int n = 0; n < at_once; n++) {
            while (wire_receive(&receiver, answer) == WIRE_EMPTY) wire_pause();
            if (wire_head_is_stale(&receiver)) wire_publish_head(&receiver);
        }
        if (i >= 0) values.push_back(static_cast<double>(ticks() - start) * scale / at_once);
    }
    const uint64_t stop[WIRE_LINE_WORDS] = {wire_publish_word(WIRE_MESSAGE_MIN, RAW_RING_STOP, 0)};
    wire_send(&sender, stop);
    peer.wait();
    return Samples(std::move(values));
}

}  // namespace bench
