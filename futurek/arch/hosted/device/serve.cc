// SPDX-License-Identifier: MIT
// The device's event loop on the main thread, and the moment in which a core serves its own context.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "../../../core/control.h"
#include "arch/machine.h"
#include "parts.h"
#include "../door.h"
#include "../host.h"

namespace futurek::hosted {

namespace {

enum : uint64_t { event_wake = 1ull << 32, event_signal, event_listener, event_second };

// Who has just connected says something soon, or much later; a loader needs about 25 µs from create to run. Longer than
// this only the sleeping wait: the other side may wait for this very CPU.
constexpr uint64_t attend_ns = 35000;
constexpr int attend_asleep_ms = 2;  // after a create
constexpr uint64_t ending_ns = 2000000000;  // what ends an unwilling machine

constexpr uint64_t attend_first = 1u << 31;  // in the name of what a core attends

constexpr uint32_t watched_usually = EPOLLIN | EPOLLRDHUP;

void add(int fd, uint64_t what, uint32_t events = watched_usually, int how = EPOLL_CTL_ADD) {
    epoll_event event = {events, {.u64 = what}};
    if (epoll_ctl(device.epoll, how, fd, &event) != 0) arch_panic("epoll_ctl failed");
}

// One packet or the end of file. False: nothing was there.
bool serve_once(Context& context) {
    unsigned char packet[FUTURE_DEVICE_PACKET_MAX];
    ssize_t bytes = recv(context.fd, packet, sizeof packet, MSG_DONTWAIT | MSG_TRUNC);
    if (bytes < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (bytes > 0)
        take_packet(context, packet, static_cast<size_t>(bytes)), deliver();
    else
        close_context(context);
    return true;
}

int accept_visitor() { return accept4(device.options.listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK); }

// A place or a descriptor is missing. False: nothing could be had.
bool make_room() {
    if (close_gone()) return true;
    Context* idle = table.oldest_idle();
    if (idle) close_context(*idle);
    return idle;
}

// Linux has no descriptor for who knocks. He cannot be left there: the listener would wake us again at once, for ever.
int accept_without_room() {
    if (make_room()) return accept_visitor();
    close(device.reserve);
    int fd = accept_visitor();
    if (fd >= 0) close(fd);
    device.reserve = fcntl(device.wake, F_DUPFD_CLOEXEC, 0);
    return -1;
}

void accept_one() {
    int fd = accept_visitor();
    if (fd < 0 && (errno == EMFILE || errno == ENFILE)) fd = accept_without_room();
    if (fd < 0) return;
    ucred peer = {};
    socklen_t size = sizeof peer;
    bool ours = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && (peer.uid == getuid() || peer.uid == 0);
    Context* place = nullptr;
    if (ours && !device.ending) {
        place = table.free_context();
        if (!place && make_room()) place = table.free_context();
    }
    if (!place) {
        close(fd);
        return;
    }
    open_context(*place, fd);
    // If it asks for a process, the first free core will be that one's.
    uint64_t free = table.free_core_mask();
    if (!free || !attend(*place, static_cast<unsigned>(__builtin_ctzll(free)), true)) watch(*place);
}

void take_event(uint64_t what) {
    uint64_t count;
    signalfd_siginfo signal;
    switch (what) {
        case event_wake:
            if (read(device.wake, &count, sizeof count) < 0) return;
            return;
        case event_signal:
            if (read(device.signals, &signal, sizeof signal) > 0) end_machine(SIGTERM);
            return;
        case event_listener:
            return accept_one();
        case event_second:
            if (read(device.second, &count, sizeof count) < 0) return;
            return;
        default: {
            Context& context = table.context[what % max_contexts];
            // A closed place or a core's: the event is an old one.
            if (context.fd < 0 || context.attended) return;
            // A create waits for cores, or answers for a reader: what follows stays unread, only the end is looked for.
            if (context.waiting_verb || !has_room(context))
                return peer_gone(context) ? close_context(context) : watch(context);
            serve_once(context);
            if (context.fd >= 0 && context.watched && context.watched != watched_usually) watch(context);
        }
    }
}

// Nobody waits for what follows the end of a context, but who closed it may have been put aside for us, who were woken
// on that CPU: for as long as a close(2) takes, he goes first.
void let_closer_go(const epoll_event* events, int count) {
    bool ended = false;
    for (int index = 0; index < count; index++) ended |= (events[index].events & EPOLLRDHUP) != 0;
    timespec moment = {0, 20000};
    if (ended) clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, nullptr);
}

// What is attended may become a process without a turn of this loop.
int timeout_ms() {
    if (__atomic_load_n(&device.tick_wanted, __ATOMIC_SEQ_CST)) return 1;
    if (device.ending) return 10;
    return table.process_count() || table.any_attended() ? 1000 : -1;
}

bool spare_is_due() {
    return device.options.listener >= 0 && memory_spare_wanted() && !table.process_count() && !table.any_attended();
}

}  // namespace

const char* device_start(const DeviceOptions& options) {
    device.options = options;
    table.cores = options.cores;
    table.memory_bytes = options.memory_bytes;
    table.started_ns = arch_clock_ns();
    device_channel_start();
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    device.epoll = epoll_create1(EPOLL_CLOEXEC);
    device.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    device.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (device.epoll < 0 || device.wake < 0 || device.signals < 0)
        return refused(device.epoll < 0 ? "epoll_create1" : device.wake < 0 ? "eventfd" : "signalfd");
    add(device.wake, event_wake);
    add(device.signals, event_signal);
    device.second = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (device.second < 0) return refused("timerfd_create");
    add(device.second, event_second);
    if (options.listener >= 0) {
        if (const char* wrong = door_open(options.listener)) return wrong;
        add(options.listener, event_listener, EPOLLIN | EPOLLEXCLUSIVE);
        device.reserve = fcntl(device.wake, F_DUPFD_CLOEXEC, 0);
    }
    if (options.connection >= 0) {
        open_context(table.context[0], options.connection);
        watch(table.context[0]);
    }
    return nullptr;
}

void wake_loop() {
    uint64_t one = 1;
    if (write(device.wake, &one, sizeof one) < 0) return;  // full: it is rung
}

void watch(Context& context) {
    uint32_t events = EPOLLRDHUP;
    if (!context.waiting_verb) events |= has_room(context) ? EPOLLIN : EPOLLOUT;
    if (events == context.watched) return;
    add(context.fd, static_cast<uint64_t>(&context - table.context), events,
        context.watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD);
    context.watched = events;
}

void unwatch(Context& context) {
    if (context.watched) epoll_ctl(device.epoll, EPOLL_CTL_DEL, context.fd, nullptr);
    context.watched = 0;
}

void device_serve() {
    uint64_t give_up = 0;
    prctl(PR_SET_TIMERSLACK, 1);  // let_closer_go means it
    for (;;) {
        int limit_ms;
        {
            DeviceHold held;
            if (device.ending && !table.process_count()) return;
            limit_ms = spare_is_due() ? 0 : timeout_ms();
        }
        epoll_event events[16];
        int count = epoll_wait(device.epoll, events, 16, limit_ms);
        let_closer_go(events, count);
        DeviceHold held;
        if (count == 0 && spare_is_due()) memory_make_spare();
        for (int index = 0; index < count; index++) take_event(events[index].data.u64);
        if (table.process_count()) clock_refresh();
        if (__atomic_load_n(&device.tick_wanted, __ATOMIC_SEQ_CST)) {
            __atomic_store_n(&device.tick_wanted, 0, __ATOMIC_SEQ_CST);
            if (tick()) __atomic_store_n(&device.tick_wanted, 1, __ATOMIC_SEQ_CST);
        }
        if (!device.ending) continue;
        // Dead processes need no confirmation from a machine that ends: its end is seen by everyone.
        for (ProcessRecord& record : table.process)
            if (record.shown.state == FUTURE_PROCESS_DEAD) record.pid = 0;
        if (!give_up) give_up = arch_clock_ns() + ending_ns;
        if (arch_clock_ns() > give_up) return;
    }
}

bool attend(Context& context, unsigned core, bool first) {
    if (!spin_begin()) return false;
    uint32_t place = static_cast<uint32_t>(&context - table.context) + 1;
    if (!core_attend(core, (first ? attend_first : 0) | place | static_cast<uint64_t>(context.generation) << 32)) {
        spin_end();
        return false;
    }
    context.attended = true;
    unwatch(context);
    return true;
}

void device_visitor() {
    DeviceHold held;
    accept_one();
    // The loop sleeps without limit while there are no processes: it is to see the one that may come of this.
    itimerspec second = {{}, {1, 0}};
    timerfd_settime(device.second, 0, &second, nullptr);
}

void device_attend(uint64_t name, unsigned core, const uint32_t& work) {
    Context& context = table.context[static_cast<uint32_t>(name & ~attend_first) - 1];
    uint32_t generation = static_cast<uint32_t>(name >> 32);
    int fd = context.fd;  // may be closed and another's before we look; then what is there is left to its owner
    if (!(name & attend_first)) memory_expect_program(core);
    uint64_t deadline = arch_clock_ns() + attend_ns;
    char byte;
    bool there = false;
    do {
        ssize_t bytes = recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK);
        there = bytes >= 0 || (errno != EAGAIN && errno != EINTR) || __atomic_load_n(&work, __ATOMIC_RELAXED);
        for (int turn = 0; turn < 20 && !there; turn++) wire_pause();
    } while (!there && arch_clock_ns() < deadline);
    spin_end();
    // Nobody else can start the core of a process that was created: this core is missed by nobody while it sleeps.
    pollfd packet = {fd, POLLIN, 0};
    if (!there && !(name & attend_first)) poll(&packet, 1, attend_asleep_ms);
    DeviceHold held;
    if (context.generation != generation || context.fd < 0) return;
    context.attended = false;
    serve_once(context);  // a create is attended again, by the new process's first core: us, as a rule
    if (context.fd < 0) return wake_loop();  // it may make a spare now
    if (!context.attended) watch(context);
}

}  // namespace futurek::hosted

void arch_tick_wanted() {
    using namespace futurek::hosted;
    if (!__atomic_exchange_n(&device.tick_wanted, 1, __ATOMIC_SEQ_CST)) wake_loop();
}
