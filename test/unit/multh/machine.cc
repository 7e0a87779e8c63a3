// SPDX-License-Identifier: MIT
// The fake proxy: serves the request ring from a pthread of its own, with the wire's own sleep protocol.
#include "machine.h"

#include <sys/mman.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "future/call.h"
#include "idl/wire/sleep.h"

namespace {

class FakeProxy {
public:
    FakeProxy(wire_channel *channel, const MachineOptions &options)
        : channel_(channel), options_(options), habits_(options.habits),
          requests_(wire_receiver_of(&channel->request, wire_request_lines(channel), options.ring_lines)),
          replies_(wire_sender_of(&channel->reply, wire_reply_lines(channel, options.ring_lines), options.ring_lines,
                                  &channel->reply.tail.word)),
          thread_([this] { serve(); })
    {
    }

    ~FakeProxy()
    {
        stopping_ = true;
        ring();
        thread_.join();
    }

    void ring()
    {
        std::lock_guard lock(mutex_);
        rung_ = true;
        condition_.notify_one();
    }

    uint64_t requests() const { return count_; }
    uint64_t oneways() const { return oneways_; }
    uint64_t cancels() const { return cancels_; }

private:
    struct Pending {
        uint64_t word1;
        int64_t result;
        int32_t error;
        uint16_t type;
    };

    void serve()
    {
        wire_attend_requests(&channel_->request);
        while (!stopping_) {
            bool some = take();
            some |= answer();
            if (some)
                continue;
            if (!habits_.never_spins && spins_++ < 2000) {
                wire_pause();
                continue;
            }
            spins_ = 0;
            sleep();
        }
    }

    void sleep()
    {
        if (wire_publish_head(&requests_))
            ring_core();
        bool wants_room = !pending_.empty();
        if (wants_room && wire_want_room(&replies_, 1))
            return;
        if (!wire_leave_requests(&requests_))
            return;
        std::unique_lock lock(mutex_);
        condition_.wait(lock, [this] { return rung_; });
        rung_ = false;
        wire_attend_requests(&channel_->request);
    }

    bool take()
    {
        alignas(64) uint64_t message[WIRE_MESSAGE_MAX / 8];
        bool some = false;
        if (habits_.pause_us && random_() % 64 == 0)
            std::this_thread::sleep_for(std::chrono::microseconds(habits_.pause_us));
        while (wire_receive(&requests_, message) > 0) {
            some = true;
            accept(message);
            if (wire_head_is_stale(&requests_) && wire_publish_head(&requests_))
                ring_core();
        }
        return some;
    }

    void accept(const uint64_t *message)
    {
        if (wire_message_type(message[0]) == wire_type(1, 1)) {
            cancels_++;
            for (auto &held : uncancelled_)
                if (wire_ltn(held.word1) == wire_ltn(message[1]) && wire_sequence(held.word1) == (uint32_t)message[3]) {
                    held.error = 125; // ECANCELED
                    pending_.push_back(held);
                    std::swap(held, uncancelled_.back());
                    uncancelled_.pop_back();
                    break;
                }
            return;
        }
        if (wire_flags(message[0]) & WIRE_FLAG_ONEWAY) {
            oneways_++;
            return;
        }
        count_++;
        Pending one{message[1], (int64_t)message[3], 0, wire_message_type(message[0])};
        if (one.result == never_until_cancelled)
            uncancelled_.push_back(one);
        else
            pending_.push_back(one);
    }

    bool answer()
    {
        bool some = false;
        if (habits_.hold_back && pending_.size() < habits_.hold_back && held_rounds_++ < 50) {
            std::this_thread::yield();
            return !pending_.empty();
        }
        held_rounds_ = 0;
        if (habits_.reorder)
            std::shuffle(pending_.begin(), pending_.end(), random_);
        while (!pending_.empty()) {
            const Pending &one = pending_.front();
            answers_++;
            if (habits_.wrong_sequences && answers_ % habits_.wrong_sequences == 0) {
                send(Pending{one.word1 + (7ull << 32), -77, 0, one.type});
                send(Pending{wire_who_word(0xfffffff0u, 1), -78, 0, one.type});
            }
            if (!send(one))
                break;
            some = true;
            pending_.pop_front();
            if (habits_.spurious_rings && answers_ % habits_.spurious_rings == 0)
                multh_linux_ring_core((uint32_t)(random_() % options_.cores));
        }
        return some;
    }

    bool send(const Pending &one)
    {
        alignas(64) uint64_t line[8] = {wire_publish_word(64, one.type, WIRE_FLAG_REPLY), one.word1,
                                        wire_root_pointer(5, 0), (uint64_t)one.result, (uint32_t)one.error, 1, 2, 3};
        if (wire_send(&replies_, line) == WIRE_FULL)
            return false;
        int core = wire_core_to_ring(channel_, options_.cores);
        if (core >= 0)
            multh_linux_ring_core((uint32_t)core);
        return true;
    }

    void ring_core()
    {
        int core = wire_claim_sleeper(channel_, options_.cores);
        if (core >= 0)
            multh_linux_ring_core((uint32_t)core);
    }

    wire_channel *channel_;
    MachineOptions options_;
    ProxyHabits habits_;
    wire_receiver requests_;
    wire_sender replies_;
    std::deque<Pending> pending_;
    std::vector<Pending> uncancelled_;
    std::mt19937 random_{12345};
    std::atomic<uint64_t> count_{0}, oneways_{0}, cancels_{0};
    uint64_t answers_ = 0;
    unsigned spins_ = 0, held_rounds_ = 0;
    std::atomic<bool> stopping_{false};
    std::mutex mutex_;
    std::condition_variable condition_;
    bool rung_ = false;
    std::thread thread_;
};

} // namespace

MachineResult run_machine(const MachineOptions &options, std::function<int()> program)
{
    size_t bytes = wire_channel_bytes(options.ring_lines);
    void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    auto *channel = static_cast<wire_channel *>(memory);
    wire_channel_init(channel, options.ring_lines, options.max_threads, options.cores);
    MachineResult result{};
    {
        FakeProxy proxy(channel, options);
        multh_linux_machine machine{};
        machine.cores = options.cores;
        machine.max_threads = options.max_threads;
        machine.ring_lines = options.ring_lines;
        machine.spin_limit = options.spin_limit;
        machine.channel = channel;
        machine.ring_linux = [](void *context) { static_cast<FakeProxy *>(context)->ring(); };
        machine.context = &proxy;
        machine.fake_clock_ns = options.fake_clock_ns;
        result.status = multh_linux_run(
            &machine, [](void *argument) { return (*static_cast<std::function<int()> *>(argument))(); }, &program);
        result.requests = proxy.requests();
        result.oneway = proxy.oneways();
        result.cancels = proxy.cancels();
    }
    munmap(memory, bytes);
    return result;
}

NopReply nop_reply(int64_t result, unsigned lines)
{
    alignas(64) uint64_t message[WIRE_MESSAGE_MAX / 8] = {};
    wire_reply reply;
    message[2] = wire_root_pointer(1, 0);
    message[3] = (uint64_t)result;
    future_call(message, wire_type(1, 0), lines * WIRE_LINE_BYTES, &reply);
    return {reply.result, reply.error};
}

int64_t nop(int64_t result)
{
    alignas(64) uint64_t message[8] = {};
    wire_reply reply;
    message[2] = wire_root_pointer(1, 0);
    message[3] = (uint64_t)result;
    future_call(message, wire_type(1, 0), 32, &reply);
    return reply.result;
}

int64_t nop_cancellable(int64_t result)
{
    alignas(64) uint64_t message[8] = {};
    wire_reply reply;
    message[2] = wire_root_pointer(1, 0);
    message[3] = (uint64_t)result;
    future_call_cancellable(message, wire_type(1, 0), 32, &reply);
    return reply.result;
}

void nop_oneway()
{
    alignas(64) uint64_t message[8] = {};
    message[2] = wire_root_pointer(0, 0);
    future_post(message, wire_type(1, 2), 24);
}
