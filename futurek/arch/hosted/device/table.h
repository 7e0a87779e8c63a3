// SPDX-License-Identifier: MIT
// What the device knows by listening: its contexts, and the processes that replies and notices told it of.
#pragma once

#include <stdint.h>

#include "../../../../idl/wire/device.h"
#include "../../../core/control_message.h"
#include "../../../core/limits.h"

namespace futurek::hosted {

inline constexpr unsigned max_contexts = 512;

// A client's socket: what an open file of /dev/future is on the native machine (linux/kmod's struct future_context).
struct Context {
    int fd = -1;                // -1: free
    uint32_t generation = 1;    // of this place; tells a late answer from one for the next owner
    uint32_t pid = 0;           // its process, 0: none (yet)
    uint32_t waiting_verb = 0;  // a request is in the kernel; its answer comes
    bool log = false;           // wants log notices
    bool attended = false;      // a core serves it; epoll does not watch it
    uint32_t watched = 0;       // epoll's events, 0: not in it
    uint32_t log_room = 0;      // bytes that may be queued before log lines are lost
    uint32_t room = 0;          // before requests wait: more, so that no log keeps a request waiting
    uint64_t lost_lines = 0;    // of the log, not yet told
    uint64_t opened = 0;        // count of contexts before it
    future_device_create create = {};
};

struct ProcessRecord {
    uint32_t pid = 0;     // 0: free
    int context = -1;  // -1: its context is closed; it dies, and is confirmed when its exit notice comes
    uint64_t arena_offset = 0, arena_bytes = 0, created_ns = 0;
    future_device_process shown = {};
};

// Guarded by the device's lock, all of it.
class DeviceTable {
public:
    Context context[max_contexts];
    ProcessRecord process[max_processes];
    unsigned cores = 0;
    uint64_t memory_bytes = 0, started_ns = 0, contexts_opened = 0;

    Context* free_context();
    // Nothing would be lost but the context; nullptr: there is none.
    Context* oldest_idle();
    ProcessRecord* find(uint32_t pid);
    ProcessRecord* add(uint32_t pid);
    unsigned process_count() const;
    uint64_t free_core_mask() const;
    bool any_attended() const;
    // Answers to LIST and STATUS; return the bytes written to `to`.
    unsigned list(future_device_process* to, uint64_t now_ns) const;
    future_device_status status(uint64_t now_ns, uint32_t linux_pid) const;
};

// The newest log messages, for who asks later.
class LogHistory {
public:
    void keep(const Message& message);
    // Oldest first.
    template <class Use>
    void each(Use use) const {
        uint64_t first = count_ > places ? count_ - places : 0;
        for (uint64_t index = first; index < count_; index++) use(message_[index % places].word);
    }

private:
    static constexpr unsigned places = 256;
    struct Kept {
        uint64_t word[CONTROL_LOG_WORDS];
    };
    Kept message_[places];
    uint64_t count_ = 0;
};

}  // namespace futurek::hosted
