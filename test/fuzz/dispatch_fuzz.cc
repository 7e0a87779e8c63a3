// SPDX-License-Identifier: MIT
// Generated dispatch and hand-written handlers under any message and any memory contents. Input: frames of a length (8
// bytes) and a message as it was in the ring, as `future run --capture` writes them.
#include <sanitizer/asan_interface.h>
#include <sys/mman.h>

#include <cstring>
#include <memory>
#include <random>

#include "fuzz_input.h"
#include "handlers/file.h"
#include "handlers/nop.h"
#include "pump/pump_caller.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace fuzz {
namespace {

constexpr uint64_t kGuard = 64 << 10;
std::byte* arena = [] {
    auto* memory = static_cast<std::byte*>(
        mmap(nullptr, kArenaBytes + 2 * kGuard, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    ASAN_POISON_MEMORY_REGION(memory, kGuard);
    ASAN_POISON_MEMORY_REGION(memory + kGuard + kArenaBytes, kGuard);
    return memory + kGuard;
}();
uint64_t seed;

future::NopHandler nop_handler;
future::FileHandler file_handler;
const future::Interface interfaces[] = {future::nop::serve(nop_handler), future::file::serve(file_handler)};

const future::CallInfo* find(uint16_t type) {
    for (const future::Interface& interface : interfaces)
        if (interface.info->slot == type >> 8 && (type & 0xff) < interface.info->call_count)
            return &interface.info->calls[type & 0xff];
    return nullptr;
}
void* handler_of(uint16_t type) { return interfaces[(type >> 8) == interfaces[1].info->slot].handler; }

void execute(const uint64_t* message) {
    const uint32_t size = wire_size(message[0]);
    const uint16_t type = wire_message_type(message[0]);
    const future::CallInfo* call = find(type);
    if (!call || !call->execute) return;  // the pump ends the program here
    future::PumpCaller from(future::guest_memory(arena, kArenaAddress, kArenaBytes), kDescriptorLimit);
    from.begin(wire_ltn(message[1]), false, nullptr);
    wire_reply reply = {};
    // Exactly as long as the size promises, so that a read behind it is seen.
    const uint32_t words = size / 8 - WIRE_HEADER_WORDS;
    std::unique_ptr<uint64_t[]> body(new uint64_t[words]);
    std::memcpy(body.get(), message + WIRE_HEADER_WORDS, words * 8);
    const future::Outcome outcome = call->execute(handler_of(type), from, body.get(), words, reply);
    if (outcome == future::Outcome::reply && (reply.error < 0 || reply.error > 4095)) abort();
}

uint64_t interesting(std::mt19937_64& random) {
    switch (random() % 8) {
        case 0: return kArenaAddress + random() % kArenaBytes;
        case 1: return kArenaAddress + kArenaBytes - random() % 64;
        case 2: return random() % 600;        // descriptors, sizes
        case 3: return ~0ull - random() % 64;
        case 4: return kArenaBytes + random() % 3 - 1;
        case 5: return 0xffffff9c;            // AT_FDCWD
        case 6: return random() % 64;
        default: return random();
    }
}

// One well-formed request of some call, its words near the borders of what is allowed.
size_t make_frame(uint8_t* to, size_t room, std::mt19937_64& random) {
    const future::Interface& interface = interfaces[random() % 8 == 0 ? 0 : 1];
    const future::CallInfo& call = interface.info->calls[random() % interface.info->call_count];
    if (!call.execute) return 0;
    const uint64_t size = (WIRE_HEADER_WORDS + 1 + call.data_words) * 8ull;
    if (room < size + 8) return 0;
    uint64_t words[64] = {size < WIRE_MESSAGE_MIN ? uint64_t{WIRE_MESSAGE_MIN} : size};
    words[1] = wire_publish_word(static_cast<uint32_t>(size), call.type, 0);
    words[3] = wire_root_pointer(call.data_words, 0);
    for (unsigned i = 0; i < call.data_words && i < 60; i++) words[4 + i] = interesting(random);
    std::memcpy(to, words, size + 8);
    return size + 8;
}

}  // namespace

bool in_arena(long pointer) {
    const auto* at = reinterpret_cast<const std::byte*>(pointer);
    return at >= arena - kGuard && at < arena + kArenaBytes + kGuard;
}

long result() {
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    const uint64_t value = seed >> 33;
    const long chosen = static_cast<long>(value / 4 % 700);
    if (value % 4 == 0) return -(chosen % 133 + 1);
    // New descriptors may lie above the limit, but never where the proxy's own are.
    return chosen >= kDescriptorLimit && chosen < kInternalEnd ? kInternalEnd : chosen;
}

}  // namespace fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace fuzz;
    seed = size;
    for (size_t i = 0; i < kArenaBytes; i += 256)  // strings, iovecs and structures as the input has them
        std::memcpy(arena + i, data + (size > 256 ? i % (size - 256) : 0), size < 256 ? size : 256);
    while (size >= 8 + WIRE_MESSAGE_MIN) {
        uint64_t length;
        std::memcpy(&length, data, sizeof length);
        data += 8;
        size -= 8;
        if (!wire_size_valid(static_cast<uint32_t>(length)) || length > size) return 0;
        uint64_t message[WIRE_MESSAGE_MAX / 8] = {};
        std::memcpy(message, data, length);
        message[0] = wire_publish_word(static_cast<uint32_t>(length), wire_message_type(message[0]), wire_flags(message[0]));
        seed ^= message[0] ^ message[length / 8 - 1];
        execute(message);
        data += length;
        size -= length;
    }
    return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned int seed) {
    std::mt19937_64 random(seed);
    if (random() % 2) return LLVMFuzzerMutate(data, size, max_size);
    if (random() % 4 == 0) size = 0;
    for (uint64_t i = 0; i < 1 + random() % 4; i++) size += fuzz::make_frame(data + size, max_size - size, random);
    return size;
}
