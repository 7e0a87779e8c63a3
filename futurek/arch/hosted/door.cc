// SPDX-License-Identifier: MIT
// The door: one idle core sleeps at the listener itself, so that who connects wakes the core that is to run its
// program, and nobody else. When no core is there, the device's own thread opens.
#include "door.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace futurek::hosted {

namespace {

enum : uint64_t { event_bell, event_listener };

int door = -1;  // epoll
int bell = -1;  // eventfd
uint32_t taken = 1;

bool watch(int fd, uint64_t what, uint32_t events) {
    epoll_event event = {events, {.u64 = what}};
    return epoll_ctl(door, EPOLL_CTL_ADD, fd, &event) == 0;
}

}  // namespace

const char* door_open(int listener) {
    door = epoll_create1(EPOLL_CLOEXEC);
    bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (door < 0 || bell < 0 || !watch(bell, event_bell, EPOLLIN) ||
        !watch(listener, event_listener, EPOLLIN | EPOLLEXCLUSIVE))
        return strerror(errno);
    door_leave();
    return nullptr;
}

bool door_take() { return __atomic_exchange_n(&taken, 1, __ATOMIC_ACQUIRE) == 0; }
void door_leave() { __atomic_store_n(&taken, 0, __ATOMIC_RELEASE); }

bool door_sleep() {
    epoll_event events[2];
    bool visitor = false;
    int count = epoll_wait(door, events, 2, -1);
    for (int index = 0; index < count; index++) {
        uint64_t rings;
        if (events[index].data.u64 == event_listener)
            visitor = true;
        else if (read(bell, &rings, sizeof rings) < 0)
            continue;  // whom it was for has drained it
    }
    return visitor;
}

void door_ring() {
    uint64_t one = 1;
    if (write(bell, &one, sizeof one) < 0) return;  // full: it is rung
}

}  // namespace futurek::hosted
