// SPDX-License-Identifier: MIT
// A port without a machine: cores run only when a test says so, and Linux is the test itself.
#pragma once

#include <stdint.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "futurek/core/control.h"
#include "futurek/core/kernel.h"
#include "futurek/core/syscall.h"

namespace fake {

using futurek::Message;

struct Core {
    bool started = false;  // arch_core_start was called; core_turn may follow
    int stops = 0;         // arch_core_stop since then
    int changes = 0;       // of the program, ever
    // What the core's program does; it leaves as it returns.
    std::function<LeaveReason(const ProgramStart&, ProgramException&)> program;
};

// Everything a test looks at or changes; made new for each machine.
struct State {
    Core core[futurek::max_cores];
    int control_rings = 0, linux_rings = 0, ticks_wanted = 0, destroyed = 0;
    int create_fails = 0, protect_fails = 0;  // the next n calls
    bool sleep_rung = true;
    bool readable = true;  // program memory
    std::vector<std::string> console;
};
extern State* state;

// A booted machine with Linux's end of channel 0.
class Machine {
public:
    explicit Machine(uint32_t cores = 4, uint64_t memory = 64 << 20);
    ~Machine();

    // Sends a request and lets the kernel handle it.
    template <class Body>
    void ask(const Body& body, uint32_t ltn = 1, uint32_t sequence = 1) {
        Message message;
        futurek::encode_request(message, body, ltn, sequence);
        raw(message);
    }
    void raw(const Message& message);
    // All that the kernel has sent since, without log lines.
    std::vector<Message> take();
    // The only message there, which must be a reply.
    wire_reply reply();

    // Shorthands: create and run a process that begins at its arena; returns its pid.
    uint32_t create(uint32_t cores = 1, uint64_t memory = 2 << 20, uint32_t flags = 0, uint32_t ltn = 1);
    wire_reply ask_create(uint32_t cores, uint64_t memory, uint32_t flags = 0, uint32_t ltn = 1);
    wire_reply run(uint32_t pid);
    wire_reply kill(uint32_t pid, uint32_t signal);
    wire_reply confirm(uint32_t pid, uint32_t ltn = 1);
    futurek::Process& process(uint32_t pid);
    unsigned first_core(uint32_t pid) { return process(pid).core_number[0]; }

private:
    State state_;
    std::vector<uint64_t> page_map_;
    unsigned char* channel_bytes_;
    uint64_t tail_ = 0;
    wire_sender to_kernel_;
    wire_receiver from_kernel_;
};

}  // namespace fake
