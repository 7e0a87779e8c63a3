// SPDX-License-Identifier: MIT
// Inside the device: its lock, its state, and what verbs.cc, device.cc and serve.cc call of each other.
#pragma once

#include <stddef.h>

#include "device.h"
#include "table.h"

namespace futurek::hosted {

struct DeviceState {
    DeviceOptions options;
    uint32_t booted = 0;  // futex
    uint32_t tick_wanted = 0;
    bool ending = false;  // no new contexts; the machine ends when no process is left
    int epoll = -1, wake = -1, signals = -1;
    int second = -1;  // timerfd: the loop looks a second after a core let somebody in
    int reserve = -1;  // given up to turn somebody away when Linux grants no more descriptors
};

extern DeviceTable table;
extern DeviceState device;

// Holding the device. Letting go delivers what the kernel sent meanwhile.
class DeviceHold {
public:
    DeviceHold();
    ~DeviceHold();
    DeviceHold(const DeviceHold&) = delete;
};

// All of the following: the device is held.
// What the kernel has sent so far; letting go does it too. False: more came meanwhile, and nobody rings for it.
bool deliver();
void to_kernel(const Message& message);
void confirm_exit(uint32_t context, uint32_t pid);
void answer(Context& context, uint32_t verb, int error, uint64_t detail = 0, uint32_t count = 0,
            const void* more = nullptr, size_t more_bytes = 0, const int* fds = nullptr, unsigned fd_count = 0);
void answer_created(Context& context, ProcessRecord& record, const wire_reply& body);
void send_history(Context& context);
void open_context(Context& place, int fd);
// At most three quarters of the socket's buffer are used. Only then are requests read, so that an answer, an exception and
// an exit notice always find room; log lines are sent into the first half.
bool has_room(const Context& context);
// It has closed, whatever it left unread.
bool peer_gone(const Context& context);
// One packet of `bytes` bytes (as sent; perhaps more than the buffer holds).
void take_packet(Context& context, const unsigned char* packet, size_t bytes);
void close_context(Context& context);
// All whose peers are gone, though their events have not come yet; only where no context is being served.
bool close_gone();
void end_machine(uint32_t signal);
// The event loop looks at the device's state again (a core may have changed it).
void wake_loop();
// By epoll, for what its state allows: requests, room for answers, or only the end.
void watch(Context& context);
void unwatch(Context& context);

void device_channel_start();

// The next packet comes soon: a context's first, or the run after a create. If a CPU can be spared, the core that is to
// run the program waits for it spinning, and epoll stops watching, so that no thread has to be woken. False: not so.
bool attend(Context& context, unsigned core, bool first);

}  // namespace futurek::hosted
