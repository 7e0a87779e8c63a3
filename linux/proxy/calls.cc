// SPDX-License-Identifier: MIT
// A call that cannot be answered at once: parked in epoll, executed by a thread that left the ring, queued, cancelled.
#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <csignal>

#include "fmt/format.h"
#include "interruptible.h"
#include "pump.h"

namespace future {
namespace {

constexpr uint64_t kFirstLtn = 2;  // as in pump.cc

// The descriptor that a call waits on, as the program numbers it; -1: none.
int waits_on(const Call& call, const uint64_t* body) {
    const int word = call.info->wait_fd_word;
    return word >= 0 && static_cast<uint32_t>(word) + 1 < call.words ? static_cast<int32_t>(body[1 + word]) : -1;
}

}  // namespace

void Pump::answer(Worker& worker, const Call& call, const wire_reply& reply) {
    CallTally& tally = worker.tally[call.statistic];
    tally.calls++;
    if (reply.result > 0 && call.info->wait_fd_word >= 0) tally.bytes += static_cast<uint64_t>(reply.result);
    if (reply.error == EMFILE) [[unlikely]] wanted_descriptors_.store(true);
    if (call.oneway) return;
    if (!replies_.send(call.ltn, call.sequence, call.info->type, reply))
        fail(fmt::format("thread {} asks again before its answer came", call.ltn));
}

void Pump::answer_interrupted(Worker& worker, const Call& call) {
    wire_reply reply = {};
    reply.result = -1;
    reply.error = EINTR;
    answer(worker, call, reply);
}

// The leader's: from here on the call is in flight, and cancel finds it. False: it already was.
bool Pump::begin_record(const Call& call, CallState state) {
    Record& record = records_[call.ltn];
    if (!record.claim(CallState::idle, CallState::running)) {
        fail(fmt::format("thread {} asks again before its answer came", call.ltn));
        return false;
    }
    record.sequence.store(call.sequence, std::memory_order_relaxed);
    record.type = call.info->type;
    record.thread.store(0);
    record.ready.store(0);
    record.cancelled.store(0);
    if (state != CallState::running) record.state.store(state);
    return true;
}

// ---- calls that only a blocked thread can make ----

void Pump::block(Worker& worker, const Call& call, const uint64_t* body) {
    if (!call.oneway) {
        if (!begin_record(call, CallState::running)) return;
        records_[call.ltn].thread.store(worker.tid.load());
    }
    Descriptor none;
    if (reserve_blocking(call, body, none)) leave_and_block(worker, call, body, {});
}

// Reserved. Who led leads again afterwards, if nobody else does and no call is queued.
void Pump::leave_and_block(Worker& worker, const Call& call, const uint64_t* body, Descriptor duplicate) {
    const bool led = worker.leads;
    if (led) hand_over(worker);
    run_blocking(worker, call, body, std::move(duplicate), led);
    if (worker.leads) {
        if (free_unless_queued()) return;
        hand_over(worker);  // queued since: by the leader before us, or with a parked call in hand
    }
    run_queued(worker);
}

// True: another thread attends the ring, so the caller may block. False: the call waits in the queue for a thread, and
// what it needs of its descriptor with it.
bool Pump::reserve_blocking(const Call& call, const uint64_t* body, Descriptor& duplicate) {
    for (;;) {
        uint32_t free = free_.load();
        while (free >= 2)
            if (free_.compare_exchange_weak(free, free - 1)) return true;
        if (spawn()) continue;

        std::lock_guard lock(mutex_);
        if (free_.load() >= 2) continue;  // somebody finished meanwhile and found the queue empty
        if (workers_.size() <= 1) {       // no other thread can be had: better late than never
            free_.fetch_sub(1);
            return true;
        }
        queue_.push_back(new SavedCall(call, body, std::move(duplicate)));
        if (!call.oneway) records_[call.ltn].state.store(CallState::queued);
        return false;
    }
}

// `lead_again`: unless somebody has taken the ring meanwhile. That comes before the answer: the program asks again the
// instant it has it, and would find nobody there and wake another thread. So does the end of a duplicate: nothing of the
// program's is open once it is told so.
void Pump::run_blocking(Worker& worker, const Call& call, const uint64_t* body, Descriptor duplicate, bool lead_again) {
    Record& record = records_[call.ltn];
    std::atomic<uint32_t>* flag = call.oneway ? &worker.own_flag : &record.cancelled;
    if (!call.oneway) record.thread.store(worker.tid.load());
    worker.cancel_flag.store(flag);
    if (stopping()) flag->store(1);  // stop() looked before the line above
    worker.call.begin(call.ltn, false, flag);
    if (duplicate) worker.call.use_duplicate(waits_on(call, body), duplicate.get());
    wire_reply reply = {};
    const Outcome outcome = worker.execute(call, body, reply);
    worker.cancel_flag.store(nullptr);
    { const Descriptor closed = std::move(duplicate); }
    if (lead_again && !halted_.load() && nothing_queued()) begin_to_lead(worker, false);
    if (outcome == Outcome::malformed)
        fail(fmt::format("a request of {} is malformed", call.info->name));
    else if (outcome == Outcome::would_block)
        answer_interrupted(worker, call);
    else if (reply.error == EPIPE && options_.pipe_signal)
        broken_pipe(worker, call, body, reply);
    else
        answer(worker, call, reply);
}

bool Pump::nothing_queued() const {
    std::lock_guard lock(mutex_);
    return queue_.empty();
}

// Under the lock of the decision to queue: whoever finds no free thread queues before, and is found here, or finds us.
bool Pump::free_unless_queued() {
    std::lock_guard lock(mutex_);
    if (!queue_.empty() && !stopping()) return false;
    free_.fetch_add(1);
    return true;
}

// As Linux does it for a program that never heard of SIGPIPE, but only for its standard output and error.
void Pump::broken_pipe(Worker& worker, const Call& call, const uint64_t* body, const wire_reply& reply) {
    const int fd = waits_on(call, body);
    if (fd == STDOUT_FILENO || fd == STDERR_FILENO) return give_up(SIGPIPE, "");
    answer(worker, call, reply);
}

void Pump::run_queued(Worker& worker) {
    for (;;) {
        std::unique_ptr<SavedCall> next;
        {
            std::lock_guard lock(mutex_);
            if (queue_.empty() || stopping()) {
                free_.fetch_add(1);
                return;
            }
            next.reset(queue_.front());
            queue_.pop_front();
            if (!next->call.oneway) records_[next->call.ltn].state.store(CallState::running);
        }
        run_blocking(worker, next->call, next->body.get(), std::move(next->duplicate), false);
    }
}

// ---- calls that wait in epoll ----

// The leader's. False: this descriptor cannot be waited for; nothing has changed.
bool Pump::park(Worker& worker, const Call& call, const uint64_t* body) {
    const int fd = waits_on(call, body);
    if (fd < 0 || fd >= options_.descriptor_limit || call.oneway) return false;
    Descriptor duplicate(fcntl(fd, F_DUPFD_CLOEXEC, options_.descriptor_limit));
    if (!duplicate) return false;
    Record& record = records_[call.ltn];
    if (!begin_record(call, CallState::running)) return true;

    epoll_event event = {EPOLLONESHOT, {.u64 = kFirstLtn + call.ltn}};
    event.events |= static_cast<uint32_t>(call.info->wait_events);
    record.saved = new SavedCall(call, body, std::move(duplicate));
    {
        std::lock_guard lock(mutex_);
        waiting_.insert(&record);
    }
    parked_.fetch_add(1);
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, record.saved->duplicate.get(), &event) != 0) {  // a regular file
        unpark(record);
        record.state.store(CallState::idle);
        return false;
    }
    if (reader_.load()) ring_doorbell(worker);  // he is to wait in epoll from now on
    if (!give_to_epoll(record)) serve_parked(worker, record);
    return true;
}

// From running to parked. False: the descriptor is ready or the call was cancelled meanwhile, and the caller owns the
// record again. (An event that finds the record running sets `ready`; both then compare-exchange, one wins.)
bool Pump::give_to_epoll(Record& record) {
    record.state.store(CallState::parked);
    if (record.ready.load() == 0 && record.cancelled.load() == 0) return true;
    return !record.claim(CallState::parked, CallState::running);
}

void Pump::resume(Worker& worker, uint32_t ltn) {
    Record& record = records_[ltn];
    if (!record.claim(CallState::parked, CallState::running)) {
        record.ready.store(1);
        if (!record.claim(CallState::parked, CallState::running)) return;
    }
    serve_parked(worker, record);
}

// Owned, running. Attempts until it is answered or epoll has it again.
void Pump::serve_parked(Worker& worker, Record& record) {
    const Call call = record.saved->call;
    const uint64_t* body = record.saved->body.get();
    do {
        record.ready.store(0);
        wire_reply reply = {};
        Outcome outcome = Outcome::reply;
        if (record.cancelled.load()) {
            reply.result = -1;
            reply.error = EINTR;
        } else {
            worker.call.begin(call.ltn, true, nullptr);
            worker.call.use_duplicate(waits_on(call, body), record.saved->duplicate.get());
            outcome = worker.execute(call, body, reply);
        }
        if (outcome == Outcome::would_block && !worker.call.retry_when_ready()) {
            // Not for want of readiness: the file cannot be attempted any more. A thread waits for it instead.
            serve_blocking(worker, record);
            return;
        }
        if (outcome == Outcome::would_block) {
            epoll_event event = {EPOLLONESHOT, {.u64 = kFirstLtn + call.ltn}};
            event.events |= static_cast<uint32_t>(call.info->wait_events);
            epoll_ctl(epoll_, EPOLL_CTL_MOD, record.saved->duplicate.get(), &event);
            continue;
        }
        const std::unique_ptr<SavedCall> saved = unpark(record);
        { const Descriptor closed = std::move(saved->duplicate); }
        if (outcome == Outcome::malformed) return fail(fmt::format("a request of {} is malformed", call.info->name));
        if (reply.error == EPIPE && options_.pipe_signal) return broken_pipe(worker, call, saved->body.get(), reply);
        return answer(worker, call, reply);
    } while (!give_to_epoll(record));
}

// Owned, running: from now on as a call that only a blocked thread can make.
void Pump::serve_blocking(Worker& worker, Record& record) {
    const std::unique_ptr<SavedCall> saved = unpark(record);
    record.thread.store(worker.tid.load());
    if (reserve_blocking(saved->call, saved->body.get(), saved->duplicate))
        leave_and_block(worker, saved->call, saved->body.get(), std::move(saved->duplicate));
}

// Owned: epoll forgets it. What was saved, our duplicate too, lives until the caller lets it go.
std::unique_ptr<SavedCall> Pump::unpark(Record& record) {
    epoll_ctl(epoll_, EPOLL_CTL_DEL, record.saved->duplicate.get(), nullptr);
    parked_.fetch_sub(1);
    std::lock_guard lock(mutex_);
    waiting_.erase(&record);
    return std::unique_ptr<SavedCall>(std::exchange(record.saved, nullptr));
}

// ---- cancel ----

// The leader's, so no new call of this ltn begins meanwhile. Unknown sequences were answered already: nothing to do.
void Pump::cancel(Worker& worker, uint32_t ltn, uint32_t sequence) {
    Record& record = records_[ltn];
    const CallState state = record.state.load();
    if (state == CallState::idle || state == CallState::replying || record.sequence.load() != sequence) return;
    record.cancelled.store(1);
    if (record.claim(CallState::parked, CallState::running)) return serve_parked(worker, record);
    if (const std::unique_ptr<SavedCall> saved{take_queued(ltn)}) return answer_interrupted(worker, saved->call);
    if (const pid_t thread = record.thread.load()) interrupt(thread);
}

SavedCall* Pump::take_queued(uint32_t ltn) {
    std::lock_guard lock(mutex_);
    for (std::deque<SavedCall*>* queue : {&queue_, &affine_queue_}) {
        const auto found = std::find_if(queue->begin(), queue->end(), [ltn](const SavedCall* saved) {
            return saved->call.ltn == ltn && !saved->call.oneway;
        });
        if (found == queue->end()) continue;
        SavedCall* saved = *found;
        queue->erase(found);
        return saved;
    }
    return nullptr;
}

// ---- calls that insist on their thread, or on being alone: one thread of their own serves both ----

void Pump::run_affine(const Call& call, const uint64_t* body) {
    if (!call.oneway && !begin_record(call, CallState::queued)) return;
    std::lock_guard lock(mutex_);
    if (stopping()) return;  // who stops has taken all threads that it will join
    if (!affine_) {
        affine_ = std::make_unique<Worker>(*this, options_.memory, options_.descriptor_limit, served_.size());
        if (!start_thread(*affine_, [](void* argument) -> void* {
                Worker& self = *static_cast<Worker*>(argument);
                self.tid.store(gettid());
                self.pump.affine_loop(self);
                return nullptr;
            })) {
            affine_.reset();
            return give_up_locked(SIGSYS, "no thread can be started for a call that needs its own");
        }
    }
    affine_queue_.push_back(new SavedCall(call, body));
    affine_ready_.notify_one();
}

void Pump::affine_loop(Worker& worker) {
    std::unique_lock lock(mutex_);
    while (!stopping()) {
        if (affine_queue_.empty()) {
            affine_ready_.wait(lock);
            continue;
        }
        const std::unique_ptr<SavedCall> next(affine_queue_.front());
        affine_queue_.pop_front();
        if (!next->call.oneway) records_[next->call.ltn].state.store(CallState::running);
        lock.unlock();
        run_blocking(worker, next->call, next->body.get(), {}, false);
        lock.lock();
    }
}

}  // namespace future
