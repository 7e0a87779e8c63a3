// SPDX-License-Identifier: MIT
// Counting who may block. Whoever finds no free thread queues his call under the lock under which a thread becomes free:
// it finds the call, or he finds the thread.
#include "pump/workers.h"

#include <algorithm>
#include <csignal>
#include <new>

namespace future {

bool Workers::spawn() {
    std::lock_guard lock(mutex_);
    if (workers_.size() >= most_ || ending_.stopping()) return false;
    auto worker = std::make_unique<Worker>(settings_, ending_);
    const auto body = [this](Worker& self) {
        try {
            work_(self);
        } catch (const std::bad_alloc&) {  // it lets thousands of calls wait, and they need more than there is
            ending_.give_up(SIGKILL, "its calls in flight need more memory than there is");
        }
    };
    if (!worker->start(body)) return false;
    free_.fetch_add(1);
    workers_.push_back(std::move(worker));
    return true;
}

Workers::Slot Workers::reserve(OwnedCall& call) {
    for (;;) {
        uint32_t free = free_.load();
        while (free >= 2)
            if (free_.compare_exchange_weak(free, free - 1)) return Slot(this);
        if (spawn()) continue;

        std::lock_guard lock(mutex_);
        if (free_.load() >= 2) continue;  // somebody finished meanwhile and found the queue empty
        if (workers_.size() <= 1) {       // no other thread can be had: better late than never
            free_.fetch_sub(1);
            return Slot(this);
        }
        call.keep();
        call.queue();
        queue_.push_back(std::move(call));
        return {};
    }
}

OwnedCall Workers::Slot::next() {
    std::lock_guard lock(workers_->mutex_);
    if (workers_->queue_.empty() || workers_->ending_.stopping()) {
        std::exchange(workers_, nullptr)->free_.fetch_add(1);
        return {};
    }
    OwnedCall first = std::move(workers_->queue_.front());
    workers_->queue_.pop_front();
    first.run();
    return first;
}

bool Workers::Slot::give_back_unless_queued() {
    std::lock_guard lock(workers_->mutex_);
    if (!workers_->queue_.empty() && !workers_->ending_.stopping()) return false;
    std::exchange(workers_, nullptr)->free_.fetch_add(1);
    return true;
}

bool Workers::none_queued() const {
    std::lock_guard lock(mutex_);
    return queue_.empty();
}

OwnedCall Workers::take_queued(uint32_t ltn) {
    std::lock_guard lock(mutex_);
    return take_from(queue_, ltn);
}

std::vector<std::unique_ptr<Worker>> Workers::stop() {
    std::lock_guard lock(mutex_);
    for (const auto& worker : workers_) worker->interrupt_call();
    return std::move(workers_);
}

OwnedCall take_from(std::deque<OwnedCall>& queue, uint32_t ltn) {
    const auto found = std::find_if(queue.begin(), queue.end(), [ltn](const OwnedCall& waiting) {
        return waiting.call().ltn == ltn && !waiting.call().oneway;
    });
    if (found == queue.end()) return {};
    OwnedCall taken = std::move(*found);
    queue.erase(found);
    return taken;
}

}  // namespace future
