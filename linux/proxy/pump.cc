// SPDX-License-Identifier: MIT
// The leader: takes requests off the ring, validates the copy, dispatches; and how leadership passes without timers.
#include "pump.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <new>
#include <set>
#include <system_error>

#include "fmt/format.h"
#include "interruptible.h"

namespace future {
namespace {

enum : uint32_t { kFree = 0, kTaken = 1, kNudged = 2 };
enum : uint64_t { kDoorbell = 0, kStop = 1, kFirstLtn = 2 };
constexpr uint16_t kCancel = 1 << 8 | 1;  // nop.cancel
constexpr time_t kLateSeconds = 1;                   // so long whoever waits for calls to end says nothing
constexpr uint64_t kLookAtCpusInterval = 1000000;    // ns
constexpr unsigned kGlance = WIRE_PATIENCE_LOOKS;  // messages or turns between looks at what waits in epoll, and at the clock

int internal_descriptor(int fd, int limit) {
    const int moved = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, limit);
    const int number = errno;
    if (fd >= 0) close(fd);
    if (moved < 0) throw std::system_error(number, std::generic_category(), "no descriptor left for the proxy itself");
    return moved;
}

void watch(int epoll, int fd, uint32_t events, uint64_t tag) {
    epoll_event event = {events, {.u64 = tag}};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

}  // namespace

Pump::Pump(const PumpOptions& options, std::vector<Interface> interfaces)
    : options_(options), interfaces_(std::move(interfaces)), records_(options.max_calls),
      replies_(options.channel, options.ring_lines, options.cores, records_, options.bell),
      receiver_(wire_receiver_of(&options.channel->request, wire_request_lines(options.channel), options.ring_lines)) {
    size_t total = 0;
    for (const Interface& interface : interfaces_) total += interface.info->call_count;
    served_.reserve(total);  // slots_ point into it
    for (const Interface& interface : interfaces_) {
        const InterfaceInfo& info = *interface.info;
        slots_[info.slot] = {served_.data() + served_.size(), info.call_count};
        for (uint32_t i = 0; i < info.call_count; i++)
            served_.push_back({&info.calls[i], interface.handler, static_cast<uint32_t>(served_.size())});
    }
    totals_.resize(total);
    const int limit = options_.descriptor_limit;
    epoll_ = internal_descriptor(epoll_create1(EPOLL_CLOEXEC), limit);
    stop_event_ = internal_descriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), limit);
    failure_event_ = internal_descriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), limit);
    watch(epoll_, options_.doorbell, EPOLLIN | EPOLLET, kDoorbell);
    watch(epoll_, stop_event_, EPOLLIN, kStop);
    wire_patience_init(&patience_, 1000, 32);  // RunDelay tells the rest
    install_interrupt_handler();
}

Pump::~Pump() {
    stop();
    for (int fd : {epoll_, stop_event_, failure_event_}) close(fd);
}

void Pump::start() {
    if (!spawn()) throw std::system_error(errno, std::generic_category(), "cannot start a thread for the proxy");
}

// The program is to be ended: nothing more is taken off the ring, and the control thread hears of it. Once.
void Pump::give_up(int signal, const std::string& why) {
    std::lock_guard lock(mutex_);
    give_up_locked(signal, why);
}

void Pump::give_up_locked(int signal, const std::string& why) {
    if (failure_.signal) return;
    failure_ = {signal, why};
    halted_.fetch_or(kFailed);
    const uint64_t one = 1;
    if (write(failure_event_, &one, sizeof one) < 0) abort();
}

void Pump::fail(const std::string& why) { give_up(SIGSYS, why); }

Pump::Failure Pump::failure() const {
    std::lock_guard lock(mutex_);
    return failure_;
}

// ---- leadership ----

// `rung`: the caller was woken for the ring's sake. If somebody leads, he looks again before he leaves for good.
bool Pump::take_leadership(bool rung) {
    uint32_t seen = kFree;
    if (leader_.compare_exchange_strong(seen, kTaken)) return true;
    while (rung && seen == kTaken)
        if (leader_.compare_exchange_strong(seen, kNudged)) return false;
    return rung && seen == kFree ? take_leadership(rung) : false;
}

bool Pump::begin_to_lead(Worker& worker, bool rung) {
    if (!take_leadership(rung)) return false;
    wire_attend_requests(&options_.channel->request);
    worker.leads = true;
    return true;
}

void Pump::publish_head() {
    if (wire_publish_head(&receiver_)) replies_.ring_sleepers();
}

// Nobody attends the ring from here on. False: there is something to do after all, and the caller still leads.
bool Pump::leave_ring(Worker& worker) {
    publish_head();
    if (!wire_leave_requests(&receiver_)) return false;
    worker.leads = false;
    return leader_.exchange(kFree) != kNudged || !begin_to_lead(worker, false);
}

// The leader goes away for a while whatever the ring holds: what is pending wakes a follower.
void Pump::hand_over(Worker& worker) {
    publish_head();
    worker.leads = false;
    bool left = wire_leave_requests(&receiver_);
    if (leader_.exchange(kFree) == kNudged) left = false;
    if (!left) ring_doorbell(worker);
}

void Pump::work(Worker& worker) {
    bool rung = false;
    while (!(halted_.load(std::memory_order_relaxed) & kStopping)) {
        if (begin_to_lead(worker, rung)) {
            if (rung) lead_again();
            lead(worker);
        }
        if (halted_.load(std::memory_order_relaxed) & kStopping) return;
        rung = sleep(worker);
    }
}

// The leader was rung: two wake-ups after it has rung a core, if nobody had anything else to do.
void Pump::lead_again() {
    if (const uint64_t rung_at = replies_.take_rung_at()) wire_patience_woke(&patience_, (now_ns() - rung_at) / 2);
}

// So many turns were in vain. False: that was for long enough.
bool Pump::spin(unsigned turns) {
    if (options_.spin_turns != WIRE_SPIN_LEARNS) return turns < options_.spin_turns;
    if (turns % kGlance != 0) return true;
    if (turns != 0) return wire_patience_goes_on(&patience_, now_ns());
    spun_ = wire_patience_begin(&patience_);
    if (spun_ && wire_patience_is_timed(&patience_)) wire_patience_time(&patience_, now_ns());
    return spun_;
}

void Pump::spin_was_won(Worker& leader) {
    spun_ = false;
    const uint64_t now = patience_.begin ? now_ns() : 0, rung_at = replies_.take_rung_at();
    wire_patience_won(&patience_, now);
    if (!now) return;
    if (rung_at) wire_patience_woke(&patience_, now - rung_at);
    if (now < next_look_at_cpus_) return;
    next_look_at_cpus_ = now + kLookAtCpusInterval;
    wire_patience_stood(&patience_, leader.run_delay.since_last_time(), now);
}

// Returns when somebody else may lead. A call that blocked may have left the ring meanwhile: then it is taken again, if
// nobody else has it.
void Pump::lead(Worker& worker) {
    unsigned served = 0, turns = 0;
    while (halted_.load(std::memory_order_relaxed) == 0) {
        if (!worker.leads && !begin_to_lead(worker, false)) return;
        const int lines = wire_receive(&receiver_, worker.message);
        if (lines > 0) {
            if (wire_head_is_stale(&receiver_)) publish_head();
            if (turns) spin_was_won(worker);
            turns = 0;
            handle(worker);
            if (worker.leads && ++served % kGlance == 0) background(worker);
        } else if (lines < 0) {
            return fail("its ring holds a message of impossible size");
        } else if (spin(turns)) {
            if (++turns % kGlance == 0) background(worker);
            wire_pause();
        } else {
            wire_patience_sleeps(&patience_, spun_, spun_ ? now_ns() : 0);
            spun_ = false;
            if (leave_ring(worker)) return;
            turns = 0;
        }
    }
    // Halted: leadership is kept, so that nobody takes another message.
}

// What a busy leader must not forget: room that producers wait for, replies that wait, parked calls that are ready.
void Pump::background(Worker& worker) {
    if (wire_load32(&receiver_.control->room.word)) publish_head();
    if (replies_.waiting()) replies_.flush();
    for (unsigned i = 0; i < kGlance && worker.leads && parked_.load(std::memory_order_relaxed); i++)
        if (wait(worker, 0) == Heard::nothing) break;
}

// ---- sleeping ----

// True: the doorbell rang.
bool Pump::sleep(Worker& worker) {
    // Of several, a ring would wake the one in read(2) and another one in epoll_wait(2).
    if (free_.load() == 1 && read_doorbell(worker)) {
        if (replies_.waiting()) replies_.flush();
        return true;
    }
    return wait(worker, -1) == Heard::doorbell;
}

// False: something is parked, the pump stops, or who shares the doorbell has set O_NONBLOCK.
bool Pump::read_doorbell(Worker& worker) {
    reader_.store(1);
    uint64_t rings = 0;
    if (parked_.load() == 0) {  // park() adds one, then looks at reader_
        worker.cancel_flag.store(&worker.own_flag);
        if (stopping()) worker.own_flag.store(1);
        interruptible_syscall(&worker.own_flag, SYS_read, options_.doorbell, reinterpret_cast<long>(&rings), sizeof rings, 0, 0, 0);
        worker.cancel_flag.store(nullptr);
    }
    reader_.store(0);
    return rings != 0;
}

// stop() ends it: who shares the doorbell can let it block (fill it, and undo O_NONBLOCK).
void Pump::ring_doorbell(Worker& worker) {
    static constexpr uint64_t one = 1;
    worker.cancel_flag.store(&worker.own_flag);
    if (stopping()) worker.own_flag.store(1);
    interruptible_syscall(&worker.own_flag, SYS_write, options_.doorbell, reinterpret_cast<long>(&one), sizeof one, 0, 0, 0);
    worker.cancel_flag.store(nullptr);
}

// One event at a time: serving it may take for ever, and what else was taken out of epoll with it would wait as long.
Pump::Heard Pump::wait(Worker& worker, int timeout) {
    epoll_event event;
    if (epoll_wait(epoll_, &event, 1, timeout) != 1) return Heard::nothing;
    if (event.data.u64 == kDoorbell) {
        if (replies_.waiting()) replies_.flush();
        return Heard::doorbell;
    }
    if (event.data.u64 < kFirstLtn) return Heard::nothing;  // to stop
    resume(worker, static_cast<uint32_t>(event.data.u64 - kFirstLtn));
    return Heard::parked;
}

// ---- a message ----

// Everything but the body, which its generated reader checks.
bool Pump::validate(const uint64_t* message, Call& call) {
    const uint16_t type = wire_message_type(message[0]);
    const uint16_t flags = wire_flags(message[0]);
    call.ltn = wire_ltn(message[1]);
    call.sequence = wire_sequence(message[1]);
    call.words = wire_size(message[0]) / sizeof(uint64_t) - WIRE_HEADER_WORDS;
    call.oneway = flags & WIRE_FLAG_ONEWAY;
    if (flags & ~WIRE_FLAG_ONEWAY) return fail(fmt::format("a request has flags {:#x}", flags)), false;
    if (call.ltn >= records_.count())
        return fail(fmt::format("a request comes from thread {} of {}", call.ltn, records_.count())), false;
    if (type == kCancel && call.oneway) return true;

    const Slot& slot = slots_[type >> 8];
    const uint32_t number = type & 0xff;
    if (number >= slot.count || !slot.calls[number].info->execute)
        return fail(fmt::format("a request asks for call {}.{}, which does not exist", type >> 8, number)), false;
    const Served& served = slot.calls[number];
    call.info = served.info;
    call.handler = served.handler;
    call.statistic = served.statistic;
    if (call.oneway != static_cast<bool>(call.info->flags & kOneway))
        return fail(fmt::format("{} was sent with the wrong flags", call.info->name)), false;
    if (!call.oneway && records_[call.ltn].state.load(std::memory_order_acquire) != CallState::idle)
        return fail(fmt::format("thread {} asks again before its answer came", call.ltn)), false;
    return true;
}

void Pump::handle(Worker& worker) {
    const uint64_t* body = worker.message + WIRE_HEADER_WORDS;
    Call call;
    if (!validate(worker.message, call)) return;
    if (options_.capture >= 0) capture(worker.message);
    if (wire_message_type(worker.message[0]) == kCancel && call.oneway) {
        if (call.words < 2) return fail("nop.cancel without a sequence");
        return cancel(worker, call.ltn, static_cast<uint32_t>(body[1]));
    }

    const uint32_t flags = call.info->flags;
    if (flags & (kAffine | kSerial)) return run_affine(call, body);
    if ((flags & kMayBlock) && !(flags & kAttemptable)) return block(worker, call, body);
    wire_reply reply = {};
    replies_.expect();
    worker.call.begin(call.ltn, flags & kMayBlock, nullptr);
    const Outcome outcome = worker.execute(call, body, reply);
    if (outcome == Outcome::reply) {
        if (reply.error == EPIPE && options_.pipe_signal) [[unlikely]]
            return broken_pipe(worker, call, body, reply);
        answer(worker, call, reply);
    } else if (outcome == Outcome::malformed || !(flags & kMayBlock)) {
        fail(fmt::format("a request of {} is malformed", call.info->name));
    } else if (!worker.call.retry_when_ready() || !park(worker, call, body)) {
        block(worker, call, body);
    }
}

// As it was in the ring, behind its length: what fuzzers start from and `future trace` reads.
void Pump::capture(const uint64_t* message) {
    const uint64_t size = wire_size(message[0]);
    uint64_t frame[1 + WIRE_MESSAGE_MAX / sizeof(uint64_t)] = {size};
    std::memcpy(frame + 1, message, size);
    const ssize_t written = write(options_.capture, frame, sizeof(uint64_t) + size);
    if (written == static_cast<ssize_t>(sizeof(uint64_t) + size)) return;
    capture_error_ = written < 0 ? errno : ENOSPC;
    options_.capture = -1;
}

// ---- threads ----

bool Pump::spawn() {
    std::lock_guard lock(mutex_);
    if (workers_.size() >= options_.max_workers || stopping()) return false;
    auto worker = std::make_unique<Worker>(*this, options_.memory, options_.descriptor_limit, served_.size());
    if (!start_thread(*worker, [](void* argument) -> void* {
            Worker& self = *static_cast<Worker*>(argument);
            self.tid.store(static_cast<pid_t>(::syscall(SYS_gettid)));
            try {
                self.pump.work(self);
            } catch (const std::bad_alloc&) {  // it lets thousands of calls wait, and they need more than there is
                self.pump.give_up(SIGKILL, "its calls in flight need more memory than there is");
            }
            return nullptr;
        }))
        return false;
    free_.fetch_add(1);
    workers_.push_back(std::move(worker));
    return true;
}

// Workers take no signal but the one that interrupts them.
bool Pump::start_thread(Worker& worker, void* (*body)(void*)) {
    sigset_t blocked, old;
    sigfillset(&blocked);
    sigdelset(&blocked, interrupt_signal());
    pthread_sigmask(SIG_SETMASK, &blocked, &old);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 128 << 10);
    const int error = pthread_create(&worker.thread, &attributes, body, &worker);
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &old, nullptr);
    errno = error;
    return error == 0;
}

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
        if (const CallInfo* call = worker->executes.load()) calls.insert(call->name);
    }
    if (late && !calls.empty()) late(fmt::format("{}", fmt::join(calls, ", ")));
    for (const pthread_t thread : left) pthread_join(thread, nullptr);
}

}  // namespace

// A worker that went to block after the flag was raised sees halted_ itself (run_blocking).
void Pump::stop(const Late& late) {
    if (halted_.fetch_or(kStopping) & kStopping) return;
    const uint64_t one = 1;
    if (write(stop_event_, &one, sizeof one) < 0) abort();
    std::vector<std::unique_ptr<Worker>> workers;
    {
        std::lock_guard lock(mutex_);
        workers.swap(workers_);
        if (affine_) workers.push_back(std::move(affine_));
        for (auto& worker : workers)
            if (auto* flag = worker->cancel_flag.load()) {
                flag->store(1);
                interrupt(worker->tid.load());
            }
        affine_ready_.notify_all();
    }
    join(workers, late);
    finish(workers);
}

// All threads are gone: what still waits is dropped, its program is dead.
void Pump::finish(const std::vector<std::unique_ptr<Worker>>& workers) {
    for (auto& worker : workers) {
        for (size_t i = 0; i < served_.size(); i++) {
            totals_[i].calls += worker->tally[i].calls;
            totals_[i].bytes += worker->tally[i].bytes;
        }
    }
    for (SavedCall* saved : affine_queue_) delete saved;
    for (SavedCall* saved : queue_) delete saved;
    for (Record* record : waiting_) delete record->saved;
}

std::map<std::string, CallCount> Pump::counts() const {
    std::map<std::string, CallCount> result;
    for (size_t i = 0; i < served_.size(); i++)
        if (totals_[i].calls) result[served_[i].info->name] = {totals_[i].calls, totals_[i].bytes};
    return result;
}

}  // namespace future
