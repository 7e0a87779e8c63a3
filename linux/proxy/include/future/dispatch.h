// SPDX-License-Identifier: MIT
// The table form of an interface: what gen emits for each one, and what the pump walks. C layout, so that it can also
// cross a plug-in's boundary.
#pragma once

#include "future/handler.h"
#include "idl/trace/tables.h"

namespace future {

enum class Outcome : uint8_t {
    reply,        // wire_reply is filled
    would_block,  // attempt only: nothing happened yet
    malformed,    // no honest stub sends this: end the program
};

enum CallFlag : uint32_t {
    kMayBlock = 1 << 0,     // "may": depends on the descriptor and its flags
    kAttemptable = 1 << 1,  // execute may be tried first with non-blocking system calls (pass-throughs that gen emitted)
    kOneway = 1 << 2,
    kIdempotent = 1 << 3,
    kAffine = 1 << 4,       // always on the same thread
    kSerial = 1 << 5,       // never two of this interface at once
    kHandled = 1 << 6,      // a Handler method, not a pass-through
    kReadsAtPlace = 1 << 7,  // a read that leaves the file's position alone: attempted on regular files too
};

// The body is a private copy, its root pointer first; `words` counts what the message's size promises. execute checks
// all of it. Address errors, bad flags, bad ranges are errno replies; an impossible body is malformed.
using Execute = Outcome (*)(void* handler, caller&, const uint64_t* body, uint32_t words, wire_reply&);

struct CallInfo {
    uint16_t type;          // message_type
    uint16_t data_words;    // of the newest request struct
    uint32_t flags;         // CallFlag
    int16_t wait_fd_word;   // which data word of the body (0-based, after the root pointer) holds the descriptor a
                            // may_block call waits on; -1: none, never parked in epoll
    int16_t wait_events;    // POLLIN or POLLOUT
    const char* name;       // "file.read"
    Execute execute;
    const LayoutInfo* accepted;  // every form that a program may have been built with, the newest last
    uint16_t accepted_count;
};

// A may_block call is attempted, then parked or handed over; docs/proxy.md. calls[] is indexed by call number; gaps
// have execute == nullptr.
struct InterfaceInfo {
    const char* name;
    uint64_t id;
    uint8_t slot;
    uint32_t call_count;
    const CallInfo* calls;
};

// An interface with its handler object (nullptr when it has no handled call).
struct Interface {
    const InterfaceInfo* info;
    void* handler;
};

}  // namespace future
