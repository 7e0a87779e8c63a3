// SPDX-License-Identifier: MIT
// Two flags, two eventfds, one reason.
#include "pump/ending.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "pump/internal_descriptor.h"

namespace future {
namespace {

void raise(const Descriptor& event) {
    const uint64_t one = 1;
    if (write(event.get(), &one, sizeof one) < 0) abort();
}

}  // namespace

Ending::Ending(int descriptor_limit)
    : failure_event_(internal_descriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), descriptor_limit)),
      stop_event_(internal_descriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), descriptor_limit)) {}

void Ending::give_up(int signal, const std::string& why) {
    std::lock_guard lock(mutex_);
    if (failure_.signal) return;
    failure_ = {signal, why};
    halted_.fetch_or(kFailed);
    raise(failure_event_);
}

void Ending::fail(const std::string& why) { give_up(SIGSYS, why); }

Ending::Failure Ending::failure() const {
    std::lock_guard lock(mutex_);
    return failure_;
}

bool Ending::stop() {
    if (halted_.fetch_or(kStopping) & kStopping) return false;
    raise(stop_event_);
    return true;
}

}  // namespace future
