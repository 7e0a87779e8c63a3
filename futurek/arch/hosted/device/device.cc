// SPDX-License-Identifier: MIT
// Verbs in, channel 0 messages out, and back. Any thread that holds the device's lock may do it.
#include "device.h"

#include <errno.h>
#include <linux/sockios.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../../core/control.h"
#include "../../../core/kernel.h"
#include "../../../core/lock.h"
#include "arch/machine.h"
#include "parts.h"
#include "../host.h"
#include "../raw.h"

namespace futurek::hosted {

DeviceTable table;
DeviceState device;

namespace {

constexpr int send_buffer_bytes = 512 << 10;  // half of it takes the log's whole history

ArchLock device_lock;
LogHistory history;
alignas(4096) unsigned char channel_place[WIRE_RINGS_OFFSET + 2 * control_lines * WIRE_LINE_BYTES];
uint64_t l2f_tail;
wire_sender l2f;
wire_receiver f2l;

bool device_trylock() {
    uint32_t free = 0;
    return __atomic_compare_exchange_n(&device_lock.word, &free, 1, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

// Messages that came while the lock was held are delivered by its holder: here, after letting go, is the second look. What
// a program that writes into the log for ever sends beyond that is left to the loop, between what others want of it.
void unlock_delivering() {
    for (unsigned looks = 0; looks < 16; looks++) {
        bool all = deliver();
        arch_unlock(device_lock);
        if (!all) break;
        if (!wire_pending(&f2l) || !device_trylock()) return;
    }
    wake_loop();
}

}  // namespace

DeviceHold::DeviceHold() { arch_lock(device_lock); }
DeviceHold::~DeviceHold() { unlock_delivering(); }

// Into channel 0, and on into the kernel: this thread plays the interrupt.
void to_kernel(const Message& message) {
    if (wire_send(&l2f, message.word) <= 0) arch_panic("channel 0 has no room for a request");
    control_interrupt();
}

namespace {

bool queued_below(const Context& context, uint32_t bytes) {
    int queued = 0;
    return ioctl(context.fd, SIOCOUTQ, &queued) != 0 || static_cast<uint32_t>(queued) < bytes;
}

uint32_t index_of(const Context& context) { return static_cast<uint32_t>(&context - table.context); }

bool send_words(Context& context, const uint64_t* words) {
    return send(context.fd, words, wire_size(words[0]), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

void tell_lost_lines(Context& context) {
    if (!context.lost_lines) return;
    Text text = Text().number(context.lost_lines).add(" log lines were lost");
    Message message;
    encode_notice(message, control_log_request{CONTROL_LOG_WARNING, text.data(), text.size(), 0});
    if (send_words(context, message.word)) context.lost_lines = 0;
}

void log_to(Context& context, const uint64_t* words) {
    if (!queued_below(context, context.log_room)) {
        context.lost_lines++;
        return;
    }
    tell_lost_lines(context);
    if (!send_words(context, words)) context.lost_lines++;
}

// Exception or exit. has_room kept a place for it: if it fails Linux is out of memory, or the other side has gone.
void notice_to(Context& context, const uint64_t* words) {
    tell_lost_lines(context);
    if (!send_words(context, words)) shutdown(context.fd, SHUT_RDWR);
}

void take_log(const Message& message) {
    control_log_request body;
    history.keep(message);
    const ProcessRecord* writer = decode(message, body) && body.pid ? table.find(body.pid) : nullptr;
    for (Context& context : table.context) {
        const bool own = writer && writer->context == static_cast<int>(index_of(context));
        if (context.fd >= 0 && (context.log || own)) log_to(context, message.word);
    }
}

void take_notice(const Message& message, uint32_t pid, bool ended) {
    ProcessRecord* record = table.find(pid);
    if (!record) return;
    if (ended) record->shown.state = FUTURE_PROCESS_DEAD;
    if (record->context >= 0) return notice_to(table.context[record->context], message.word);
    if (!ended) return;
    record->pid = 0;
    confirm_exit(0, pid);
}

// As the log, it takes no place that is kept for others.
void take_stopped(const Message& message, uint32_t pid) {
    const ProcessRecord* record = table.find(pid);
    if (!record || record->context < 0) return;
    Context& context = table.context[record->context];
    if (queued_below(context, context.log_room)) send_words(context, message.word);
}

// A create that waited may have been watched for its end only.
void watch_again(Context& context) {
    if (context.watched && !(context.watched & EPOLLIN)) watch(context);
}

void take_reply(const Message& message) {
    wire_reply body;
    if (message.ltn() >= max_contexts || !decode_reply(message, body)) return;
    Context& context = table.context[message.ltn()];
    bool current = context.fd >= 0 && context.generation == message.sequence();
    if (message.type() == CONTROL_CREATE_TYPE && body.error == 0) {
        ProcessRecord* record = table.add(static_cast<uint32_t>(body.result));
        if (!record) arch_panic("more processes than places for them");
        if (!current) {  // closed while its create waited
            record->pid = 0;
            return confirm_exit(0, static_cast<uint32_t>(body.result));
        }
        answer_created(context, *record, body);
        return watch_again(context);
    }
    if (!current || !context.waiting_verb) return;
    uint32_t verb = context.waiting_verb;
    context.waiting_verb = 0;
    if (verb == FUTURE_VERB_RUN && body.error == 0)
        if (ProcessRecord* record = table.find(context.pid)) record->shown.state = FUTURE_PROCESS_RUNNING;
    answer(context, verb, static_cast<int>(body.error), body.error ? body.more[0] : 0);
    watch_again(context);
}

void deliver_one(const Message& message) {
    if (message.flags() & WIRE_FLAG_REPLY) return take_reply(message);
    switch (message.type()) {
        case CONTROL_BOOT_COMPLETE_TYPE:
            __atomic_store_n(&device.booted, 1, __ATOMIC_SEQ_CST);
            futex_wake(&device.booted, 1, false);
            return;
        case CONTROL_LOG_TYPE:
            return take_log(message);
        case CONTROL_EXCEPTION_TYPE: {
            control_exception_request body;
            if (decode(message, body)) take_notice(message, body.pid, false);
            return;
        }
        case CONTROL_CORE_STOPPED_TYPE: {
            control_core_stopped_request body;
            if (decode(message, body)) take_stopped(message, body.pid);
            return;
        }
        case CONTROL_EXIT_NOTICE_TYPE: {
            control_exit_notice_request body;
            if (decode(message, body)) take_notice(message, body.pid, true);
            return;
        }
        default:
            return;
    }
}

}  // namespace

bool deliver() {
    Message message;
    unsigned delivered = 0;
    do {
        wire_attend_requests(&device_channel()->request);
        while (wire_receive(&f2l, message.word) > 0) {
            deliver_one(message);
            if (wire_head_is_stale(&f2l)) wire_publish_head(&f2l);
            if (++delivered == control_lines) return false;
        }
        wire_publish_head(&f2l);
    } while (!wire_leave_requests(&f2l));
    return true;
}

void confirm_exit(uint32_t context, uint32_t pid) {
    Message message;
    encode_request(message, control_exit_confirm_request{pid}, context, 0);
    to_kernel(message);
}

void open_context(Context& place, int fd) {
    int bytes = send_buffer_bytes;
    socklen_t size = sizeof bytes;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, size);  // Linux may grant less
    if (getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, &size) != 0) bytes = 0;
    place.fd = fd;
    place.log_room = static_cast<uint32_t>(bytes) / 2;
    place.room = place.log_room + place.log_room / 2;
    place.opened = table.contexts_opened++;
}

bool has_room(const Context& context) { return queued_below(context, context.room); }

bool peer_gone(const Context& context) {
    pollfd look = {context.fd, POLLRDHUP, 0};
    return poll(&look, 1, 0) == 1;
}

void send_history(Context& context) {
    history.each([&](const uint64_t* words) { log_to(context, words); });
}

void answer(Context& context, uint32_t verb, int error, uint64_t detail, uint32_t count, const void* more,
            size_t more_bytes, const int* fds, unsigned fd_count) {
    future_device_answer head = {0, error, verb, count, detail};
    iovec parts[2] = {{&head, sizeof head}, {const_cast<void*>(more), more_bytes}};
    alignas(cmsghdr) char control[CMSG_SPACE(3 * sizeof(int))] = {};
    msghdr packet = {};
    packet.msg_iov = parts;
    packet.msg_iovlen = more_bytes ? 2 : 1;
    if (fd_count) {
        packet.msg_control = control;
        packet.msg_controllen = CMSG_SPACE(fd_count * sizeof(int));
        cmsghdr* rights = CMSG_FIRSTHDR(&packet);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(fd_count * sizeof(int));
        memcpy(CMSG_DATA(rights), fds, fd_count * sizeof(int));
    }
    if (sendmsg(context.fd, &packet, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) shutdown(context.fd, SHUT_RDWR);
}

void answer_created(Context& context, ProcessRecord& record, const wire_reply& body) {
    const future_device_create& asked = context.create;
    control_create_reply places;
    control_create_reply_decode(&body, &places);
    HostProcess* process = process_at(places.arena_offset);
    if (!process) arch_panic("a process without memory was created");
    context.pid = record.pid;
    context.waiting_verb = 0;
    record.context = static_cast<int>(index_of(context));
    record.arena_offset = process->arena_offset;
    record.arena_bytes = process->arena_bytes;
    record.created_ns = arch_clock_ns();
    record.shown = {
        record.pid, asked.linux_pid, FUTURE_PROCESS_CREATED, asked.cores, places.core_mask, record.arena_bytes, 0, {}, 0, 0};
    memcpy(record.shown.name, asked.name, sizeof asked.name - 1);

    future_device_created created = {record.pid,
                                     asked.cores,
                                     places.arena_address,
                                     process->arena_bytes,
                                     reinterpret_cast<uint64_t>(process->channel),
                                     process->channel_bytes,
                                     reinterpret_cast<uint64_t>(&future_hosted_entry_table),
                                     reinterpret_cast<uint64_t>(clock_page()),
                                     process->ring_lines,
                                     asked.max_threads};
    int fds[] = {process->arena_fd, process->channel_fd, process->doorbell_fd};
    clock_refresh();
    // First the core, then the proxy: who is woken last may take this CPU from us.
    attend(context, static_cast<unsigned>(__builtin_ctzll(places.core_mask)), false);
    answer(context, FUTURE_VERB_CREATE, 0, 0, 1, &created, sizeof created, fds, 3);
}

wire_channel* device_channel() { return reinterpret_cast<wire_channel*>(channel_place); }

void device_channel_start() {
    wire_channel* channel = device_channel();
    l2f = wire_sender_of(&channel->reply, wire_reply_lines(channel, control_lines), control_lines, &l2f_tail);
    f2l = wire_receiver_of(&channel->request, wire_request_lines(channel), control_lines);
}

bool device_wait_boot(uint64_t limit_ns) {
    uint64_t deadline = arch_clock_ns() + limit_ns;
    while (!__atomic_load_n(&device.booted, __ATOMIC_SEQ_CST))
        if (futex_wait(&device.booted, 0, deadline, false) == -ETIMEDOUT) return false;
    return true;
}

}  // namespace futurek::hosted

// A doorbell of channel 0: whoever rings delivers, unless somebody holds the device and will look again.
void arch_control_ring() {
    using namespace futurek::hosted;
    if (device_trylock()) unlock_delivering();
}
