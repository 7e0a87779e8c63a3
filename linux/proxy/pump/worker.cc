// SPDX-License-Identifier: MIT
// Starting a worker's thread, and the calls in which it may be interrupted.
#include "pump/worker.h"

#include <unistd.h>

#include <csignal>

#include "caller/interruptible.h"

namespace future {
namespace {

constexpr size_t kStackBytes = 128 << 10;

}  // namespace

bool Worker::start(std::function<void(Worker&)> body) {
    body_ = std::move(body);
    sigset_t blocked, old;
    sigfillset(&blocked);
    sigdelset(&blocked, interrupt_signal());
    pthread_sigmask(SIG_SETMASK, &blocked, &old);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, kStackBytes);
    const auto main = [](void* argument) -> void* {
        Worker& self = *static_cast<Worker*>(argument);
        self.tid_.store(gettid());
        self.body_(self);
        return nullptr;
    };
    const int error = pthread_create(&thread, &attributes, main, this);
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &old, nullptr);
    errno = error;
    return error == 0;
}

Outcome Worker::attempt(const OwnedCall& owned, wire_reply& reply) {
    call.begin(owned.call().ltn, true, nullptr);
    call.use_duplicate(waits_on(owned.call(), owned.body()), owned.duplicate().get());
    return execute(owned.call(), owned.body(), reply);
}

// Whoever stops the pump raises the flag of each worker that has one, or did before this one had it.
void Worker::interruptible_by(std::atomic<uint32_t>& flag) {
    cancel_flag_.store(&flag);
    if (ending_.stopping()) flag.store(1);
}

Outcome Worker::block_in(OwnedCall& owned, wire_reply& reply) {
    std::atomic<uint32_t>& flag = owned.record() ? owned.record()->cancelled : own_flag_;
    owned.run_on(tid_.load());
    interruptible_by(flag);
    call.begin(owned.call().ltn, false, &flag);
    if (owned.duplicate()) call.use_duplicate(waits_on(owned.call(), owned.body()), owned.duplicate().get());
    const Outcome outcome = execute(owned.call(), owned.body(), reply);
    cancel_flag_.store(nullptr);
    return outcome;
}

long Worker::own_call(long number, long a, long b, long c) {
    interruptible_by(own_flag_);
    const long result = interruptible_syscall(&own_flag_, number, a, b, c, 0, 0, 0);
    cancel_flag_.store(nullptr);
    return result;
}

void Worker::interrupt_call() {
    if (std::atomic<uint32_t>* const flag = cancel_flag_.load()) {
        flag->store(1);
        interrupt(tid_.load());
    }
}

}  // namespace future
