// SPDX-License-Identifier: MIT
// One function for each message of idl/control.idl.h. A request that makes no sense gets an error, never a panic.
#include "control.h"

#include "arch/machine.h"
#include "kernel.h"

namespace futurek {

namespace {

void reply(const Message& request, int64_t result, Error error = Error::none, uint64_t a = 0, uint64_t b = 0,
           uint64_t c = 0) {
    Message message;
    encode_reply(message, request, {error == Error::none ? result : -1, static_cast<int>(error), 0, {a, b, c}});
    if (!kernel().channel.f2l_write(message)) arch_panic("channel 0 is full: no place was kept for a reply");
}

void reply_created(const Message& request, const Attempt<Process*>& made) {
    if (!made.ok()) return reply(request, 0, made.error(), made.failure().detail);
    Process& process = *made.value();
    process.owner = {request.ltn(), request.sequence()};  // before anybody can run it
    wire_reply places{};
    const control_create_reply more = {process.arena.address, process.arena_offset, process.core_mask};
    control_create_reply_encode(&places, &more);
    reply(request, process.pid, Error::none, places.more[0], places.more[1], places.more[2]);
}

void create(Locked<Machine>& machine, const Message& request) {
    control_create_request body;
    if (!decode(request, body)) return reply(request, 0, Error::protocol);
    Attempt<Process*> made = Error::busy;
    bool in_line = body.flags & FUTURE_CREATE_WAIT && machine->first_waiting();
    if (!in_line) made = machine->create(body);
    bool worth_waiting = made.error() == Error::busy || made.error() == Error::no_memory;
    if (worth_waiting && body.flags & FUTURE_CREATE_WAIT && machine->possible_later(body) &&
        machine->wait({body, request.ltn(), request.sequence()}))
        return;
    if (in_line) made = machine->create(body);  // cannot wait: the honest reason
    reply_created(request, made);
}

// Something became free: serves the queue as far as it goes.
void admit(Locked<Machine>& machine) {
    while (const CreateRequest* first = machine->first_waiting()) {
        Attempt<Process*> made = machine->create(first->body);
        if ((made.error() == Error::busy || made.error() == Error::no_memory) && machine->possible_later(first->body))
            return;
        Message request;
        encode_request(request, first->body, first->ltn, first->sequence);
        machine->drop_first_waiting();
        reply_created(request, made);
    }
}

Error check_run(const control_run_request& body, const Arena& arena) {
    uint64_t rounded = (body.reserved_bytes + page_bytes - 1) & ~(page_bytes - 1);
    if (body.reserved_bytes > arena.bytes || rounded > arena.bytes) return Error::invalid;
    if (!arena.contains(body.entry, 1) || !arena.contains(body.start_block, 1)) return Error::invalid;
    if (!arena.contains(body.stack_top, 0) || body.stack_top == arena.address || body.stack_top % 16)
        return Error::invalid;
    return Error::none;
}

void run(Locked<Machine>& machine, const Message& request) {
    control_run_request body;
    if (!decode(request, body)) return reply(request, 0, Error::protocol);
    Process* found = machine->find(body.pid);
    if (!found) return reply(request, 0, Error::no_process);
    Locked<Process> process(*found);
    if (process->state != FUTURE_PROCESS_CREATED) return reply(request, 0, Error::already);
    Error error = check_run(body, process->arena);
    if (error != Error::none) return reply(request, 0, error);

    reply(request, 0);
    process->state = FUTURE_PROCESS_RUNNING;
    process->start_block = body.start_block;
    process->pages.reserve((body.reserved_bytes + page_bytes - 1) / page_bytes);
    process_start_core(process, 0, {body.entry, body.start_block, 0, body.stack_top});
}

void kill(Locked<Machine>& machine, const Message& request) {
    control_kill_request body;
    if (!decode(request, body)) return reply(request, 0, Error::protocol);
    Process* found = machine->find(body.pid);
    if (!found) return reply(request, 0, Error::no_process);
    if (body.signal < 1 || body.signal > 64) return reply(request, 0, Error::invalid);
    Locked<Process> process(*found);
    process_end(process, {CONTROL_KILLED, static_cast<int32_t>(body.signal)}, max_cores);
    reply(request, 0);
    send_farewell(kernel().channel, process_farewell(process));
}

// The context is closed. A process that still runs is killed; its exit notice will ask for another confirmation.
// pid 0: the context never got one; if it waits for one it is taken from the queue.
void exit_confirm(Locked<Machine>& machine, const Message& request) {
    control_exit_confirm_request body;
    if (!decode(request, body)) return reply(request, 0, Error::protocol);
    if (body.pid == 0) return reply(request, 0, machine->withdraw(request.ltn()) ? Error::none : Error::no_process);
    Process* found = machine->find(body.pid);
    if (!found) return reply(request, 0, Error::no_process);
    {
        Locked<Process> process(*found);
        if (process->state == FUTURE_PROCESS_CREATED) process->state = FUTURE_PROCESS_DEAD;
        if (process->state != FUTURE_PROCESS_DEAD) {
            process_end(process, {CONTROL_KILLED, 9}, max_cores);
            reply(request, 0, Error::busy);
            return send_farewell(kernel().channel, process_farewell(process));
        }
    }
    machine->release(*found);
    reply(request, 0);
}

void handle(Locked<Machine>& machine, const Message& request) {
    switch (request.type()) {
        case CONTROL_CREATE_TYPE:
            return create(machine, request);
        case CONTROL_RUN_TYPE:
            return run(machine, request);
        case CONTROL_KILL_TYPE:
            return kill(machine, request);
        case CONTROL_EXIT_CONFIRM_TYPE:
            return exit_confirm(machine, request);
        default:
            return reply(request, 0, Error::no_call);
    }
}

}  // namespace

void control_interrupt() {
    {
        Locked<Machine> machine(kernel().machine);
        Message request;
        while (kernel().channel.l2f_read(request)) handle(machine, request);
        admit(machine);
    }
    kernel().channel.ring();
}

bool tick() {
    bool again = false;
    for (unsigned slot = 0; slot < max_processes; slot++) {
        Locked<Process> process(kernel().machine.slot(slot));
        if (process->state != FUTURE_PROCESS_DYING) continue;
        for (uint32_t index = 0; index < process->cores; index++)
            if (process->started >> index & 1) arch_core_stop(process->core_number[index]);
        again |= process->started != 0;
    }
    return again;
}

}  // namespace futurek
