// SPDX-License-Identifier: MIT
// One function for each verb of idl/wire/device.h. A packet is a stranger's: checked for size, version and sense.
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "arch/machine.h"
#include "parts.h"
#include "../host.h"

namespace futurek::hosted {

namespace {

uint32_t index_of(const Context& context) { return static_cast<uint32_t>(&context - table.context); }

template <class Body>
void ask(Context& context, uint32_t verb, const Body& body) {
    Message message;
    context.waiting_verb = verb;
    encode_request(message, body, index_of(context), context.generation);
    to_kernel(message);
}

// Contexts that are closed already but whose event comes after this one: what they had counts as free.
void close_ended() {
    for (ProcessRecord& record : table.process) {
        if (!record.pid || record.context < 0) continue;
        Context& owner = table.context[record.context];
        if (peer_gone(owner)) close_context(owner);
    }
}

void create(Context& context, const future_device_create& asked) {
    if (context.pid) return answer(context, FUTURE_VERB_CREATE, EEXIST);
    if (device.ending) return answer(context, FUTURE_VERB_CREATE, ESHUTDOWN);
    future_device_status now = table.status(0, 0);
    if (asked.cores > now.free_cores || asked.memory_bytes > now.largest_free_bytes || now.processes == max_processes)
        close_ended();
    context.create = asked;
    ask(context, FUTURE_VERB_CREATE,
        control_create_request{0, asked.cores, asked.memory_bytes, asked.max_threads, asked.flags, asked.linux_pid});
}

void run(Context& context, const future_device_run& asked) {
    if (!context.pid) return answer(context, FUTURE_VERB_RUN, ESRCH);
    ask(context, FUTURE_VERB_RUN,
        control_run_request{context.pid, asked.entry, asked.start_block, asked.stack_top, asked.reserved_bytes});
}

void kill(Context& context, const future_device_kill& asked) {
    uint32_t pid = asked.pid ? asked.pid : context.pid;
    if (ProcessRecord* record = table.find(pid); record && asked.signal >= 1 && asked.signal <= 64)
        if (record->shown.state != FUTURE_PROCESS_DEAD) record->shown.state = FUTURE_PROCESS_DYING;
    ask(context, FUTURE_VERB_KILL, control_kill_request{pid, asked.signal});
}

// What the program says: it is shown as it is.
void add_threads(future_device_process& listed) {
    const ProcessRecord* record = table.find(listed.pid);
    const HostProcess* process = record ? process_at(record->arena_offset) : nullptr;
    if (!process || !process->channel) return;
    listed.threads = wire_threads_alive(__atomic_load_n(&process->channel->program.threads, __ATOMIC_RELAXED));
    listed.threads_peak =
        static_cast<uint32_t>(__atomic_load_n(&process->channel->program.threads_peak, __ATOMIC_RELAXED));
}

void list(Context& context) {
    future_device_process processes[max_processes];
    unsigned count = table.list(processes, arch_clock_ns());
    for (unsigned index = 0; index < count; index++) add_threads(processes[index]);
    answer(context, FUTURE_VERB_LIST, 0, 0, count, processes, count * sizeof processes[0]);
}

void status(Context& context) {
    future_device_status status = table.status(arch_clock_ns(), static_cast<uint32_t>(getpid()));
    answer(context, FUTURE_VERB_STATUS, 0, 0, 1, &status, sizeof status);
}

void shut_down(Context& context, const future_device_kill& asked) {
    unsigned running = table.process_count();
    if (asked.signal > 64) return answer(context, FUTURE_VERB_SHUTDOWN, EINVAL);
    if (running && !asked.signal) return answer(context, FUTURE_VERB_SHUTDOWN, EBUSY, running);
    answer(context, FUTURE_VERB_SHUTDOWN, 0, running);
    end_machine(asked.signal ? asked.signal : SIGTERM);
}

void log(Context& context) {
    answer(context, FUTURE_VERB_LOG, 0);
    if (context.log) return;
    send_history(context);
    context.log = true;
}

// The packet as a T, or an answer that says no.
template <class T>
bool read_as(Context& context, const unsigned char* packet, size_t bytes, T& body) {
    if (bytes == sizeof body) {
        memcpy(&body, packet, sizeof body);
        return true;
    }
    uint32_t verb;
    memcpy(&verb, packet, sizeof verb);
    answer(context, verb, EINVAL);
    return false;
}

}  // namespace

void take_packet(Context& context, const unsigned char* packet, size_t bytes) {
    future_device_request request = {};
    if (bytes < sizeof request) return answer(context, 0, EINVAL);
    memcpy(&request, packet, sizeof request);
    if (request.version != FUTURE_DEVICE_VERSION) return answer(context, request.verb, EPROTO);

    future_device_create create_body;
    future_device_run run_body;
    future_device_kill kill_body;
    switch (request.verb) {
        case FUTURE_VERB_CREATE:
            if (read_as(context, packet, bytes, create_body)) create(context, create_body);
            return;
        case FUTURE_VERB_RUN:
            if (read_as(context, packet, bytes, run_body)) run(context, run_body);
            return;
        case FUTURE_VERB_KILL:
            if (read_as(context, packet, bytes, kill_body)) kill(context, kill_body);
            return;
        case FUTURE_VERB_LIST:
            if (read_as(context, packet, bytes, request)) list(context);
            return;
        case FUTURE_VERB_STATUS:
            if (read_as(context, packet, bytes, request)) status(context);
            return;
        case FUTURE_VERB_SHUTDOWN:
            if (read_as(context, packet, bytes, kill_body)) shut_down(context, kill_body);
            return;
        case FUTURE_VERB_LOG:
            if (read_as(context, packet, bytes, request)) log(context);
            return;
        default:
            return answer(context, request.verb, ENOSYS);
    }
}

// Closing is the exit confirmation. A process that still runs goes on as an orphan until it is dead.
void close_context(Context& context) {
    uint32_t pid = context.pid, index = index_of(context);
    bool waits = context.waiting_verb == FUTURE_VERB_CREATE;
    close(context.fd);
    uint32_t generation = context.generation + 1;
    context = {};
    context.generation = generation;
    if (device.options.connection >= 0) {  // a private machine's only one
        device.ending = true;
        wake_loop();
    }
    if (waits) confirm_exit(index, 0);  // withdraws the waiting create
    if (!pid) return;
    ProcessRecord* record = table.find(pid);
    if (!record) return;
    record->context = -1;
    // A dead or never started process is free after this; a running one is killed and confirmed at its exit notice.
    bool running = record->shown.state == FUTURE_PROCESS_RUNNING || record->shown.state == FUTURE_PROCESS_DYING;
    if (!running)
        record->pid = 0;
    else
        record->shown.state = FUTURE_PROCESS_DYING;
    confirm_exit(index, pid);
}

bool close_gone() {
    bool any = false;
    for (Context& context : table.context) {
        if (context.fd < 0 || !peer_gone(context)) continue;
        close_context(context);
        any = true;
    }
    return any;
}

void end_machine(uint32_t signal) {
    device.ending = true;
    wake_loop();
    for (ProcessRecord& record : table.process) {
        if (!record.pid || record.shown.state == FUTURE_PROCESS_DEAD) continue;
        record.shown.state = FUTURE_PROCESS_DYING;
        Message message;
        encode_request(message, control_kill_request{record.pid, signal}, max_contexts, 0);
        to_kernel(message);
    }
}

}  // namespace futurek::hosted
