// SPDX-License-Identifier: MIT
// A call that was not answered at once, to its end: made by a thread that left the ring, or when its descriptor is ready.
#include <unistd.h>

#include <csignal>

#include "fmt/format.h"
#include "pump/pump.h"

namespace future {

void Pump::answer(Worker& worker, const Call& call, const uint64_t* body, const wire_reply& reply) {
    if (reply.error == EPIPE && options_.pipe_signal) [[unlikely]] {
        // As Linux does it for a program that never heard of SIGPIPE, but only for its standard output and error.
        const int fd = waits_on(call, body);
        if (fd == STDOUT_FILENO || fd == STDERR_FILENO) return ending_.give_up(SIGPIPE, "");
    }
    CallTally& tally = worker.tally[call.statistic];
    tally.calls++;
    if (reply.result > 0 && call.info->wait_fd_word >= 0) tally.bytes += static_cast<uint64_t>(reply.result);
    if (reply.error == EMFILE) [[unlikely]] wanted_descriptors_.store(true);
    if (call.oneway) return;
    if (!replies_.send(call.ltn, call.sequence, call.info->type, reply)) refuse_second(call.ltn);
}

void Pump::conclude(Worker& worker, OwnedCall call, Outcome outcome, const wire_reply& reply) {
    if (outcome == Outcome::malformed)
        ending_.fail(fmt::format("a request of {} is malformed", call.call().info->name));
    else if (outcome == Outcome::would_block)
        interrupted(worker, std::move(call));
    else
        answer(worker, call.call(), call.body(), reply);
}

void Pump::interrupted(Worker& worker, OwnedCall call) {
    wire_reply reply = {};
    reply.result = -1;
    reply.error = EINTR;
    answer(worker, call.call(), call.body(), reply);
}

// ---- calls that only a blocked thread can make ----

// Who led leads again afterwards, if nobody else does and no call is queued.
void Pump::block(Worker& worker, OwnedCall call) {
    call.run_on(worker.tid());
    Workers::Slot slot = workers_.reserve(call);
    if (!slot) return;  // it waits for a thread
    const bool led = static_cast<bool>(worker.leads);
    if (led) hand_over(worker);
    run_blocking(worker, std::move(call), led);
    if (worker.leads) {
        if (slot.give_back_unless_queued()) return;
        hand_over(worker);  // queued since: by the leader before us, or with a parked call in hand
    }
    for (OwnedCall next = slot.next(); next; next = slot.next()) run_blocking(worker, std::move(next), false);
}

// `lead_again`: unless somebody has taken the ring meanwhile. Both that and the end of the duplicate come before the answer:
// the program asks again the instant it has it, and would find nobody at the ring, and wake another thread.
void Pump::run_blocking(Worker& worker, OwnedCall call, bool lead_again) {
    wire_reply reply = {};
    const Outcome outcome = worker.block_in(call, reply);
    call.close_duplicate();
    if (lead_again && !ending_.halted() && workers_.none_queued()) worker.leads = leadership_.take(false);
    conclude(worker, std::move(call), outcome, reply);
}

// ---- calls that wait in epoll ----

// Attempts until it is answered or epoll has it again.
void Pump::serve_parked(Worker& worker, OwnedCall call) {
    do {
        call.record()->forget_ready();
        wire_reply reply = {};
        if (call.cancelled()) {
            calls_.unpark(call);
            call.close_duplicate();
            return interrupted(worker, std::move(call));
        }
        const Outcome outcome = worker.attempt(call, reply);
        if (outcome != Outcome::would_block) {
            calls_.unpark(call);
            call.close_duplicate();
            return conclude(worker, std::move(call), outcome, reply);
        }
        if (!worker.call.retry_when_ready()) {
            // Not for want of readiness: the file cannot be attempted any more. A thread waits for it instead.
            calls_.unpark(call);
            return block(worker, std::move(call));
        }
    } while (calls_.park_again(call) == CallsInFlight::Parking::ready);
}

}  // namespace future
