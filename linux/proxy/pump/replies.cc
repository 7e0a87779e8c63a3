// SPDX-License-Identifier: MIT
// Sending replies, and the list of those that wait for room.
#include "pump/replies.h"

namespace future {

Replies::Replies(wire_channel* channel, uint32_t ring_lines, uint32_t cores, Records& records, CoreBell bell)
    : channel_(channel), records_(records), bell_(bell), cores_(cores),
      sender_(wire_sender_of(&channel->reply, wire_reply_lines(channel, ring_lines), ring_lines, &tail_)) {}

bool Replies::put(uint32_t ltn, uint32_t sequence, uint16_t type, const wire_reply& reply) {
    const uint64_t message[WIRE_LINE_WORDS] = {
        wire_publish_word(WIRE_LINE_BYTES, type, WIRE_FLAG_REPLY),
        wire_who_word(ltn, sequence),
        wire_root_pointer(WIRE_REPLY_DATA_WORDS, 0),
        static_cast<uint64_t>(reply.result),
        static_cast<uint32_t>(reply.error),
        reply.more[0],
        reply.more[1],
        reply.more[2],
    };
    if (wire_send(&sender_, message) <= 0) return false;
    const int core = wire_core_to_ring(channel_, cores_);
    if (core >= 0) {
        bell_.ring(bell_.context, static_cast<uint32_t>(core));
        rung_at_.store(now_ns(), std::memory_order_relaxed);
    }
    return true;
}

bool Replies::send(uint32_t ltn, uint32_t sequence, uint16_t type, const wire_reply& reply) {
    // The record goes idle before the reply is visible: an honest program may ask again the instant it sees it.
    Record& record = records_[ltn];
    record.answered();
    if (!waiting() && put(ltn, sequence, type, reply)) return true;

    // A hostile program may have asked again meanwhile; then its new call owns the record and this compare fails.
    if (!record.wait_for_room()) return false;
    record.reply_to(sequence);
    record.type = type;
    record.reply = reply;
    record.next = nullptr;
    {
        std::lock_guard lock(mutex_);
        (last_ ? last_->next : first_) = &record;
        last_ = &record;
        waiting_.fetch_add(1);
    }
    flush();
    return true;
}

// With mutex_ held. False: no room.
bool Replies::send_first() {
    Record& record = *first_;
    Record* next = record.next;
    const wire_reply reply = record.reply;
    const uint32_t sequence = record.sequence();
    const uint16_t type = record.type;
    record.sent();
    if (!put(records_.ltn_of(record), sequence, type, reply)) {
        // Lost only to a program that asked again before its answer came; its first call goes unanswered.
        if (record.wait_for_room()) return false;
    }
    first_ = next;
    if (!next) last_ = nullptr;
    waiting_.fetch_sub(1);
    return true;
}

// Room is asked for only after everything that fits was sent; the program rings us when it has read some. Bounded: a
// program that flickers the head must not keep a thread of ours here.
void Replies::flush() {
    std::lock_guard lock(mutex_);
    for (int refusals = 0; first_ && refusals < 64;)
        if (!send_first()) {
            if (!wire_want_room(&sender_, 1)) break;
            refusals++;
        }
}

// The request ring's head moved and somebody waits for that: whoever it is looks at the ring when it wakes.
void Replies::ring_sleepers() {
    uint64_t sleeping = wire_claim_sleepers(channel_, cores_);
    for (; sleeping; sleeping &= sleeping - 1) bell_.ring(bell_.context, __builtin_ctzll(sleeping));
}

}  // namespace future
