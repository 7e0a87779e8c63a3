// SPDX-License-Identifier: MIT
// The leader: takes requests off the ring, validates the copy, dispatches; and what it does when there are none.
#include "pump/pump.h"

#include <algorithm>
#include <set>
#include <system_error>

#include "fmt/format.h"
#include "caller/interruptible.h"
#include "nop_wire.h"

namespace future {
namespace {

constexpr time_t kLateSeconds = 1;                 // so long whoever waits for calls to end says nothing
constexpr unsigned kGlance = WIRE_PATIENCE_LOOKS;  // messages or turns between looks at what waits in epoll, and at the clock

}  // namespace

Pump::Pump(const PumpOptions& options, std::vector<Interface> interfaces)
    : options_(options), ending_(options.descriptor_limit), served_(std::move(interfaces)),
      calls_(options.max_calls, options.descriptor_limit, ending_.stop_event(), options.doorbell),
      replies_(options.channel, options.ring_lines, options.cores, calls_.records(), options.bell), doorbell_(options.doorbell),
      leadership_(options.channel, options.ring_lines, replies_), spinning_(options.spin_turns, replies_),
      capture_(options.capture),
      workers_({options.memory, options.descriptor_limit, served_.size()}, options.max_workers, ending_,
               [this](Worker& worker) { work(worker); }),
      affine_({options.memory, options.descriptor_limit, served_.size()}, ending_,
              [this](Worker& worker, OwnedCall call) { run_blocking(worker, std::move(call), false); }),
      totals_(served_.size()) {
    install_interrupt_handler();
}

Pump::~Pump() { stop(); }

void Pump::start() {
    if (!workers_.spawn()) throw std::system_error(errno, std::generic_category(), "cannot start a thread for the proxy");
}

// ---- a thread's life ----

void Pump::work(Worker& worker) {
    bool rung = false;
    while (!ending_.stopping()) {
        if ((worker.leads = leadership_.take(rung))) {
            if (rung) spinning_.was_rung();
            lead(worker);
        }
        if (ending_.stopping()) return;
        rung = sleep(worker);
    }
}

// Returns when somebody else may lead. A call that blocked may have left the ring meanwhile: then it is taken again, if
// nobody else has it.
void Pump::lead(Worker& worker) {
    unsigned served = 0, turns = 0;
    while (!ending_.halted()) {
        if (!worker.leads && !(worker.leads = leadership_.take(false))) return;
        const int lines = leadership_.receive(worker.leads, worker.message);
        if (lines > 0) {
            if (turns) spinning_.won(worker.run_delay);
            turns = 0;
            handle(worker);
            if (worker.leads && ++served % kGlance == 0) background(worker);
        } else if (lines < 0) {
            return ending_.fail("its ring holds a message of impossible size");
        } else if (spinning_.goes_on(turns)) {
            if (++turns % kGlance == 0) background(worker);
            wire_pause();
        } else {
            spinning_.gave_up();
            if (!(worker.leads = leadership_.leave(std::move(worker.leads)))) return;
            turns = 0;
        }
    }
    // Halted: leadership is kept, so that nobody takes another message.
}

// What a busy leader must not forget: room that producers wait for, replies that wait, parked calls that are ready.
void Pump::background(Worker& worker) {
    if (leadership_.room_is_wanted(worker.leads)) leadership_.publish_head(worker.leads);
    if (replies_.waiting()) replies_.flush();
    for (unsigned i = 0; i < kGlance && worker.leads && calls_.any_parked(); i++)
        if (wait(worker, 0) == CallsInFlight::Heard::nothing) break;
}

// True: the doorbell rang.
bool Pump::sleep(Worker& worker) {
    // Of several, a ring would wake the one in read(2) and another one in epoll_wait(2).
    if (workers_.only_one_free() && doorbell_.read(worker, [this] { return calls_.any_parked_for_sure(); })) {
        if (replies_.waiting()) replies_.flush();
        return true;
    }
    return wait(worker, -1) == CallsInFlight::Heard::doorbell;
}

CallsInFlight::Heard Pump::wait(Worker& worker, int milliseconds) {
    CallsInFlight::Event event = calls_.wait(milliseconds);
    if (event.heard == CallsInFlight::Heard::doorbell && replies_.waiting()) replies_.flush();
    if (event.call) serve_parked(worker, std::move(event.call));
    return event.heard;
}

// The leader goes away for a while: what is pending wakes a follower.
void Pump::hand_over(Worker& worker) {
    if (!leadership_.hand_over(std::move(worker.leads))) doorbell_.ring(worker);
}

// ---- a message ----

void Pump::refuse_second(uint32_t ltn) { ending_.fail(fmt::format("thread {} asks again before its answer came", ltn)); }

void Pump::handle(Worker& worker) {
    const uint64_t* body = worker.message + WIRE_HEADER_WORDS;
    Call call;
    std::string why;
    if (!served_.look_up(worker.message, calls_.records().count(), call, why)) [[unlikely]]
        return ending_.fail(why);
    if (!call.oneway && !calls_.records()[call.ltn].idle()) [[unlikely]]
        return refuse_second(call.ltn);
    if (capture_.on()) capture_.write(worker.message);
    if (!call.info) return handle_cancel(worker, call, body);

    const uint32_t flags = call.info->flags;
    const bool affine = flags & (kAffine | kSerial);
    const bool attempted = (flags & kAttemptable) && !caller::blocks_at_once(waits_on(call, body), flags & kReadsAtPlace);
    if (!affine && (attempted || !(flags & kMayBlock))) {
        wire_reply reply = {};
        replies_.expect();
        const Outcome outcome = worker.attempt(call, body, reply);
        if (outcome == Outcome::reply) return answer(worker, call, body, reply);
        if (outcome == Outcome::malformed || !(flags & kMayBlock))
            return ending_.fail(fmt::format("a request of {} is malformed", call.info->name));
    }
    OwnedCall owned = calls_.begin(worker.leads, call, body);
    if (!owned) return refuse_second(call.ltn);
    if (affine) return affine_.run(std::move(owned));
    if (attempted && worker.call.retry_when_ready()) {
        const CallsInFlight::Parking parking = calls_.park(worker.leads, owned);
        if (parking != CallsInFlight::Parking::impossible) doorbell_.wake_reader(worker);
        if (parking == CallsInFlight::Parking::parked) return;
        if (parking == CallsInFlight::Parking::ready) return serve_parked(worker, std::move(owned));
    }
    block(worker, std::move(owned));
}

// Sequences that nobody waits for were answered already: nothing to do.
void Pump::handle_cancel(Worker& worker, const Call& call, const uint64_t* body) {
    nop_cancel_request request;
    if (nop_cancel_decode(body, call.words, &request) != WIRE_BODY_GOOD) return ending_.fail("nop.cancel without a sequence");
    OwnedCall owned;
    if (!calls_.cancel(worker.leads, call.ltn, request.sequence, owned)) return;
    if (owned) return serve_parked(worker, std::move(owned));
    if (!(owned = workers_.take_queued(call.ltn))) owned = affine_.take_queued(call.ltn);
    if (owned) return interrupted(worker, std::move(owned));
    if (const pid_t thread = calls_.records()[call.ltn].thread.load()) interrupt(thread);
}

// ---- the end ----

namespace {

// After one deadline for all of them, those that are left are named.
void join(const std::vector<std::unique_ptr<Worker>>& workers, const Pump::Late& late) {
    timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += kLateSeconds;
    std::set<std::string> calls;
    std::vector<pthread_t> left;
    for (const auto& worker : workers) {
        if (pthread_clockjoin_np(worker->thread, nullptr, CLOCK_MONOTONIC, &end) == 0) continue;
        left.push_back(worker->thread);
        if (const CallInfo* call = worker->executes()) calls.insert(call->name);
    }
    if (late && !calls.empty()) late(fmt::format("{}", fmt::join(calls, ", ")));
    for (const pthread_t thread : left) pthread_join(thread, nullptr);
}

}  // namespace

void Pump::stop(const Late& late) {
    if (!ending_.stop()) return;
    std::vector<std::unique_ptr<Worker>> workers = workers_.stop();
    if (auto affine = affine_.stop()) workers.push_back(std::move(affine));
    join(workers, late);
    finish(workers);
}

void Pump::finish(const std::vector<std::unique_ptr<Worker>>& workers) {
    for (const auto& worker : workers)
        for (size_t i = 0; i < totals_.size(); i++) {
            totals_[i].calls += worker->tally[i].calls;
            totals_[i].bytes += worker->tally[i].bytes;
        }
}

std::map<std::string, CallCount> Pump::counts() const {
    std::map<std::string, CallCount> result;
    for (size_t i = 0; i < totals_.size(); i++)
        if (totals_[i].calls) result[served_[i].name] = {totals_[i].calls, totals_[i].bytes};
    return result;
}

}  // namespace future
