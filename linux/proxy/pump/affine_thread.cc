// SPDX-License-Identifier: MIT
// A queue and the thread that empties it.
#include "pump/affine_thread.h"

#include <csignal>

#include "fmt/format.h"

namespace future {

bool AffineThread::start() {
    worker_ = std::make_unique<Worker>(settings_, ending_);
    if (worker_->start([this](Worker& self) { loop(self); })) return true;
    worker_.reset();
    ending_.fail("no thread can be started for a call that needs its own");
    return false;
}

void AffineThread::run(OwnedCall call) {
    call.keep();
    std::lock_guard lock(mutex_);
    if (ending_.stopping()) return;  // who stops has taken all threads that it will join
    if (!worker_ && !start()) return;
    if (call.call().oneway && ++oneway_queued_ > kMostOneway)
        return ending_.give_up(SIGKILL, fmt::format("{} one-way calls wait to be made, {} the last of them; it makes them faster "
                                                    "than they can be served", kMostOneway, call.call().info->name));
    call.queue();
    queue_.push_back(std::move(call));
    something_queued_.notify_one();
}

OwnedCall AffineThread::take_queued(uint32_t ltn) {
    std::lock_guard lock(mutex_);
    return take_from(queue_, ltn);
}

void AffineThread::loop(Worker& worker) {
    std::unique_lock lock(mutex_);
    while (!ending_.stopping()) {
        if (queue_.empty()) {
            something_queued_.wait(lock);
            continue;
        }
        OwnedCall next = std::move(queue_.front());
        queue_.pop_front();
        if (next.call().oneway) oneway_queued_--;
        next.run();
        lock.unlock();
        serve_(worker, std::move(next));
        lock.lock();
    }
}

std::unique_ptr<Worker> AffineThread::stop() {
    std::lock_guard lock(mutex_);
    if (worker_) worker_->interrupt_call();
    something_queued_.notify_all();
    return std::move(worker_);
}

}  // namespace future
