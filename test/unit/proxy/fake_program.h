// SPDX-License-Identifier: MIT
// The other side of a pump, scripted: a channel and an arena in this process, requests of any shape, replies as they come.
#pragma once

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <functional>
#include <optional>
#include <thread>

#include "pump/pump.h"
#include "test/slowness.h"

namespace fake {

using namespace future;

// Milliseconds, for what must come.
inline int patience() { return static_cast<int>(5000 * test::slowness()); }

struct Reply {
    uint32_t ltn, sequence;
    uint16_t type;
    int64_t result;
    int32_t error;
};

constexpr uint16_t kNop = 0x100, kCancel = 0x101, kRead = 0x203, kWrite = 0x204, kPause = 0x205, kOdd = 0x206, kTurn = 0x207,
                   kHold = 0x208, kLate = 0x209, kDeaf = 0x20a;

inline Outcome nop(void*, caller&, const uint64_t* body, uint32_t words, wire_reply& reply) {
    if (words < 2) return Outcome::malformed;
    reply.result = static_cast<int64_t>(body[1]);
    return Outcome::reply;
}

template <long Number>
Outcome transfer(void*, caller& from, const uint64_t* body, uint32_t words, wire_reply& reply) {
    if (words < 4) return Outcome::malformed;
    const auto fd = static_cast<int32_t>(body[1]);
    std::byte* buffer = from.memory().range(body[2], body[3]);
    long result = -EBADF;
    if (from.below_limit(fd))  // the tests open files behind the pump's back
        result = buffer ? from.syscall(Number, fd, reinterpret_cast<long>(buffer), static_cast<long>(body[3])) : -EFAULT;
    if (result == -caller::would_block) return Outcome::would_block;
    reply.result = result < 0 ? -1 : result;
    reply.error = result < 0 ? static_cast<int32_t>(-result) : 0;
    return Outcome::reply;
}

// Blocks on nothing that epoll could watch.
inline Outcome pause_call(void*, caller& from, const uint64_t*, uint32_t, wire_reply& reply) {
    const long result = from.syscall(SYS_pause);
    reply.result = -1;
    reply.error = static_cast<int32_t>(-result);
    return Outcome::reply;
}

// Like a read whose data somebody else took: waits for its descriptor, and then is a call that only a blocked thread makes.
template <long Number>
Outcome turn_call(void*, caller& from, const uint64_t* body, uint32_t, wire_reply& reply) {
    const auto fd = static_cast<int32_t>(body[1]);
    char byte;
    pollfd look = {fd, POLLIN, 0};
    const long result = poll(&look, 1, 0) ? from.syscall(Number) : from.syscall(SYS_read, fd, reinterpret_cast<long>(&byte), 1);
    if (result == -caller::would_block) return Outcome::would_block;
    reply.result = result < 0 ? -1 : result;
    reply.error = result < 0 ? static_cast<int32_t>(-result) : 0;
    return Outcome::reply;
}

// Blocks until a pipe has a byte, which nobody watches in epoll.
inline Outcome hold_call(void*, caller& from, const uint64_t* body, uint32_t, wire_reply& reply) {
    char byte;
    reply.result = from.syscall(SYS_read, static_cast<int32_t>(body[1]), reinterpret_cast<long>(&byte), 1);
    return Outcome::reply;
}

// The same, but no interruption ends it: a plug-in's handler that calls Linux by itself.
inline Outcome deaf_call(void*, caller&, const uint64_t* body, uint32_t, wire_reply& reply) {
    char byte;
    while ((reply.result = ::read(static_cast<int32_t>(body[1]), &byte, 1)) < 0 && errno == EINTR) continue;
    return Outcome::reply;
}

inline constexpr CallInfo kNopCalls[] = {{kNop, 1, 0, -1, 0, "nop.nop", nop, nullptr, 0}};
inline constexpr CallInfo kFileCalls[] = {
    {}, {}, {},
    {kRead, 3, kMayBlock | kAttemptable, 0, 1, "file.read", transfer<SYS_read>, nullptr, 0},
    {kWrite, 3, kMayBlock | kAttemptable, 0, 4, "file.write", transfer<SYS_write>, nullptr, 0},
    {kPause, 0, kMayBlock, -1, 0, "file.pause", pause_call, nullptr, 0},
    {kOdd, 0, kSerial, -1, 0, "file.serial", nop, nullptr, 0},
    {kTurn, 1, kMayBlock | kAttemptable, 0, 1, "file.turn", turn_call<SYS_pause>, nullptr, 0},
    {kHold, 1, kMayBlock, -1, 0, "file.hold", hold_call, nullptr, 0},
    {kLate, 1, kMayBlock | kAttemptable, 0, 1, "file.late", turn_call<SYS_getppid>, nullptr, 0},
    {kDeaf, 1, kMayBlock, -1, 0, "file.deaf", deaf_call, nullptr, 0},
};
inline constexpr InterfaceInfo kNopInterface = {"nop", 1, 1, 1, kNopCalls};
inline constexpr InterfaceInfo kFileInterface = {"file", 2, 2, 11, kFileCalls};

class Program {
public:
    static constexpr uint64_t kArenaAddress = 0x10000000, kArenaBytes = 1 << 20;
    static constexpr uint32_t kLines = WIRE_RING_LINES_MIN;

    explicit Program(uint32_t max_calls = 64, uint32_t max_workers = 64, uint32_t spin = 100,
                     Interface file = {&kFileInterface, nullptr}, int capture = -1) {
        channel = static_cast<wire_channel*>(map(wire_channel_bytes(kLines)));
        arena = static_cast<std::byte*>(map(kArenaBytes));
        wire_channel_init(channel, kLines, max_calls, 1);
        doorbell = eventfd(0, 0);
        requests = wire_sender_of(&channel->request, wire_request_lines(channel), kLines, &channel->request.tail.word);
        replies = wire_receiver_of(&channel->reply, wire_reply_lines(channel, kLines), kLines);
        PumpOptions options;
        options.memory = guest_memory(arena, kArenaAddress, kArenaBytes);
        options.channel = channel;
        options.ring_lines = kLines;
        options.max_calls = max_calls;
        options.doorbell = doorbell;
        options.descriptor_limit = 600;
        options.max_workers = max_workers;
        options.spin_turns = spin;
        options.capture = capture;
        options.bell = {[](void* self, uint32_t) { static_cast<Program*>(self)->on_bell(); }, this};
        pump = std::make_unique<Pump>(options, std::vector<Interface>{{&kNopInterface, nullptr}, file});
        pump->start();
    }
    ~Program() {
        pump.reset();
        close(doorbell);
        munmap(channel, wire_channel_bytes(kLines));
        munmap(arena, kArenaBytes);
    }

    void ring() {
        const uint64_t one = 1;
        if (wire_must_ring_linux(&channel->request)) (void)!write(doorbell, &one, sizeof one);
    }
    bool send_raw(uint64_t word0, uint64_t word1, std::initializer_list<uint64_t> body) {
        uint64_t message[WIRE_MESSAGE_MAX / 8] = {word0, word1};
        std::copy(body.begin(), body.end(), message + 2);
        if (wire_send(&requests, message) <= 0) return false;
        ring();
        return true;
    }
    bool send(uint16_t type, uint32_t ltn, uint32_t sequence, std::initializer_list<uint64_t> data, uint16_t flags = 0) {
        uint64_t message[WIRE_LINE_WORDS] = {wire_publish_word(24 + 8 * static_cast<uint32_t>(data.size()), type, flags),
                                             wire_who_word(ltn, sequence),
                                             wire_root_pointer(static_cast<uint16_t>(data.size()), 0)};
        std::copy(data.begin(), data.end(), message + 3);
        if (wire_send(&requests, message) <= 0) return false;
        ring();
        return true;
    }
    // What lies at the head of the request ring, bypassing every rule of the protocol.
    void forge(uint64_t word0) {
        const uint64_t tail = wire_load(&channel->request.tail.word);
        wire_store(&channel->request.tail.word, tail + 1);
        wire_exchange(&wire_request_lines(channel)[tail & (kLines - 1)].word[0], word0);
        ring();
    }
    std::optional<Reply> reply(int milliseconds = patience()) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
        uint64_t message[WIRE_MESSAGE_MAX / 8];
        while (wire_receive(&replies, message) <= 0) {
            if (std::chrono::steady_clock::now() > end) return std::nullopt;
            std::this_thread::yield();
        }
        if (wire_publish_head(&replies)) {
            const uint64_t one = 1;
            (void)!write(doorbell, &one, sizeof one);
        }
        return Reply{wire_ltn(message[1]), wire_sequence(message[1]), wire_message_type(message[0]),
                     static_cast<int64_t>(message[3]), static_cast<int32_t>(message[4])};
    }
    bool nop_works(uint32_t ltn) {
        if (!send(kNop, ltn, 77, {4711})) return false;
        const auto answer = reply();
        return answer && answer->ltn == ltn && answer->result == 4711;
    }
    // The pump's verdict, when it gave the program up in time.
    std::string verdict(int milliseconds = patience()) {
        for (int i = 0; i < milliseconds && pump->failure().why.empty(); i++)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return pump->failure().why;
    }

    static void* map(size_t bytes) {
        return mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    }
    wire_channel* channel;
    std::byte* arena;
    int doorbell;
    wire_sender requests;
    wire_receiver replies;
    std::function<void()> on_bell = [] {};  // a core is rung; on the thread that answers
    std::unique_ptr<Pump> pump;
};

}  // namespace fake
