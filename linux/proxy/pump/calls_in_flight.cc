// SPDX-License-Identifier: MIT
// Parks calls in epoll, one shot each, and hands them to whoever hears of them.
#include "pump/calls_in_flight.h"

#include <fcntl.h>
#include <sys/epoll.h>

#include "pump/internal_descriptor.h"

namespace future {
namespace {

enum : uint64_t { kDoorbell = 0, kStop = 1, kTags = 2 };  // behind them, ltns

epoll_event event_of(const Call& call) {
    epoll_event event = {EPOLLONESHOT, {.u64 = kTags + call.ltn}};
    event.events |= static_cast<uint32_t>(call.info->wait_events);
    return event;
}

}  // namespace

CallsInFlight::CallsInFlight(uint32_t max_calls, int descriptor_limit, int stop_event, int doorbell)
    : descriptor_limit_(descriptor_limit), records_(max_calls),
      epoll_(internal_descriptor(epoll_create1(EPOLL_CLOEXEC), descriptor_limit)) {
    watch(doorbell, EPOLLIN | EPOLLET, kDoorbell);
    watch(stop_event, EPOLLIN, kStop);
}

CallsInFlight::~CallsInFlight() {
    for (Record* record : waiting_) delete record->saved;
}

void CallsInFlight::watch(int fd, uint32_t events, uint64_t tag) {
    epoll_event event = {events, {.u64 = tag}};
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0)
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

OwnedCall CallsInFlight::begin([[maybe_unused]] const Leadership::Token& token, const Call& call, const uint64_t* body) {
    assert(token);
    if (call.oneway) return OwnedCall(call, body, nullptr);
    Record& record = records_[call.ltn];
    return record.begin(call.info->type, call.sequence) ? OwnedCall(call, body, &record) : OwnedCall();
}

CallsInFlight::Parking CallsInFlight::park([[maybe_unused]] const Leadership::Token& token, OwnedCall& call) {
    assert(token);
    const int fd = waits_on(call.call(), call.body());
    if (fd < 0 || fd >= descriptor_limit_ || call.call().oneway) return Parking::impossible;
    Descriptor duplicate(fcntl(fd, F_DUPFD_CLOEXEC, descriptor_limit_));
    if (!duplicate) return Parking::impossible;
    const int waited_on = duplicate.get();
    call.keep();
    call.wait_on(std::move(duplicate));
    {
        std::lock_guard lock(mutex_);
        waiting_.insert(call.record());
    }
    parked_.fetch_add(1);
    epoll_event event = event_of(call.call());
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, waited_on, &event) == 0) return give_to_epoll(call);
    unpark(call);  // a regular file
    call.close_duplicate();
    return Parking::impossible;
}

CallsInFlight::Parking CallsInFlight::park_again(OwnedCall& call) {
    epoll_event event = event_of(call.call());
    epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, call.duplicate().get(), &event);
    return give_to_epoll(call);
}

// Whoever hears of it takes it out of the record, so it lies there before the record says so.
CallsInFlight::Parking CallsInFlight::give_to_epoll(OwnedCall& call) {
    Record* const record = call.record();
    record->saved = new OwnedCall(std::move(call));
    if (record->park()) return Parking::parked;
    const std::unique_ptr<OwnedCall> back(std::exchange(record->saved, nullptr));
    call = std::move(*back);
    return Parking::ready;
}

void CallsInFlight::unpark(OwnedCall& call) {
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, call.duplicate().get(), nullptr);
    parked_.fetch_sub(1);
    std::lock_guard lock(mutex_);
    waiting_.erase(call.record());
}

namespace {

// Of a record that was claimed.
OwnedCall taken_from(Record& record) {
    const std::unique_ptr<OwnedCall> saved(std::exchange(record.saved, nullptr));
    return std::move(*saved);
}

}  // namespace

bool CallsInFlight::cancel([[maybe_unused]] const Leadership::Token& token, uint32_t ltn, uint32_t sequence, OwnedCall& parked) {
    assert(token);  // no new call of this ltn begins meanwhile
    Record& record = records_[ltn];
    if (!record.holds(sequence)) return false;
    record.cancelled.store(1);
    if (record.claim()) parked = taken_from(record);
    return true;
}

CallsInFlight::Event CallsInFlight::wait(int milliseconds) {
    epoll_event event;
    if (epoll_wait(epoll_.get(), &event, 1, milliseconds) != 1 || event.data.u64 == kStop) return {};
    if (event.data.u64 == kDoorbell) return {Heard::doorbell, {}};
    Record& record = records_[static_cast<uint32_t>(event.data.u64 - kTags)];
    return {Heard::call, record.become_ready() ? taken_from(record) : OwnedCall()};
}

}  // namespace future
