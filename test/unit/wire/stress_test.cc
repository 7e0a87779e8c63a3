// SPDX-License-Identifier: MIT
// Real threads asleep on real futexes: cores send calls, a proxy answers, both rings run full; nobody oversleeps.
#include <doctest/doctest.h>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <ctime>
#include <deque>
#include <thread>

#include "channel_fixture.h"

using namespace wire_test;

namespace {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr uint32_t total_messages = 60000;
#else
constexpr uint32_t total_messages = 300000;
#endif

// Nobody may sleep this long with work to do; a doorbell that did not come in time is a wake-up lost.
constexpr time_t oversleep_seconds = 10;

void ring(uint32_t* bell) {
    if (wire_exchange32(bell, 1) == 0) syscall(SYS_futex, bell, FUTEX_WAKE, 1, nullptr, nullptr, 0);
}

// False: overslept.
bool sleep_on(uint32_t* bell) {
    while (wire_exchange32(bell, 0) == 0) {
        const timespec limit{oversleep_seconds, 0};
        if (syscall(SYS_futex, bell, FUTEX_WAIT, 0, &limit, nullptr, 0) < 0 && errno == ETIMEDOUT)
            return wire_exchange32(bell, 0) != 0;
    }
    return true;
}

uint32_t random_size(Random& random) {
    if (random.below(4)) return 64;
    return WIRE_MESSAGE_MIN + 8 * static_cast<uint32_t>(random.below(random.below(8) ? 20 : 509));
}

// What all threads of a run share.
struct Run {
    explicit Run(uint32_t core_count) : channel(256, core_count), cores(core_count) {}

    Channel channel;
    uint32_t cores;
    alignas(64) uint32_t linux_bell = 0;
    std::atomic<uint64_t> overslept{0}, broken{0}, sleeps{0}, waits_for_room{0};

    uint32_t* bell(uint32_t core) { return &channel->doorbell[core].word; }
    void doze(uint32_t* which) {
        sleeps.fetch_add(1, std::memory_order_relaxed);
        if (!sleep_on(which)) overslept.fetch_add(1);
    }
    void ring_sleepers() {
        for (uint64_t sleepers = wire_claim_sleepers(channel.get(), cores); sleepers; sleepers &= sleepers - 1)
            ring(bell(static_cast<uint32_t>(__builtin_ctzll(sleepers))));
    }
};

// A core that only sends: waits for room by the book (declare, wish, look, sleep).
void produce(Run& run, wire_sender& sender, uint32_t core, uint32_t messages) {
    Random random{core * 7919ull + 17};
    Message message;
    for (uint32_t sequence = 0; sequence < messages; sequence++) {
        fill(message, random_size(random), core, sequence);
        while (wire_send(&sender, message.word) <= 0) {
            run.waits_for_room.fetch_add(1, std::memory_order_relaxed);
            wire_declare_sleeper(run.channel.get(), core);
            if (!wire_want_room(&sender, wire_lines(wire_size(message.word[0])))) run.doze(run.bell(core));
            wire_withdraw_sleeper(run.channel.get(), core);
        }
        if (wire_must_ring_linux(sender.control)) ring(&run.linux_bell);
        if (random.below(200) == 0) std::this_thread::yield();
    }
}

// A leader: receives in order from each producer, sleeps when there is nothing.
void consume(Run& run, uint64_t messages) {
    wire_receiver receiver = run.channel.request_receiver();
    std::vector<uint32_t> expected(run.cores, 0);
    Message message;
    while (messages) {
        const int count = wire_receive(&receiver, message.word);
        if (count > 0) {
            const uint32_t core = wire_ltn(message.word[1]);
            if (!intact(message) || core >= run.cores || wire_sequence(message.word[1]) != expected[core]++)
                run.broken.fetch_add(1);
            messages--;
            if (wire_head_is_stale(&receiver) && wire_publish_head(&receiver)) run.ring_sleepers();
        } else if (count == WIRE_MALFORMED) {
            run.broken.fetch_add(1);
            return;
        } else if (wire_leave_requests(&receiver)) {
            run.doze(&run.linux_bell);
            wire_attend_requests(receiver.control);
        }
    }
}

}  // namespace

TEST_CASE("one to three producers, one consumer, random sizes") {
    for (uint32_t producers = 1; producers <= 3; producers++) {
        CAPTURE(producers);
        Run run(producers);
        wire_sender sender = run.channel.request_sender();
        const uint32_t each = total_messages / 3 / producers;
        std::vector<std::thread> threads;
        for (uint32_t core = 0; core < producers; core++)
            threads.emplace_back([&, core] { produce(run, sender, core, each); });
        consume(run, uint64_t{each} * producers);
        for (std::thread& thread : threads) thread.join();
        CHECK(run.broken == 0);
        CHECK(run.overslept == 0);
        INFO("sleeps " << run.sleeps.load() << ", waits for room " << run.waits_for_room.load());
        CHECK(run.sleeps > 0);
        CHECK(run.channel->request.head.word <= run.channel->request.tail.word);
        CHECK(run.channel.guards_intact());
    }
}

namespace {

// Calls of a process: each ltn has at most one in flight, the proxy keeps one record for each.
struct Calls {
    explicit Calls(uint32_t ltns, uint64_t total) : to_start(total), to_answer(total), sequence(ltns, 0), in_flight(ltns, 0) {
        for (uint32_t i = 0; i < ltns; i++) idle.push_back(i);
    }
    bool take(uint32_t& ltn) {
        while (lock.test_and_set(std::memory_order_acquire)) std::this_thread::yield();
        const bool some = to_start && !idle.empty();
        if (some) {
            ltn = idle.front();
            idle.pop_front();
            to_start--;
            in_flight[ltn] = 1;
        }
        lock.clear(std::memory_order_release);
        return some;
    }
    bool startable() {
        while (lock.test_and_set(std::memory_order_acquire)) std::this_thread::yield();
        const bool some = to_start && !idle.empty();
        lock.clear(std::memory_order_release);
        return some;
    }
    // False: nobody waits for this reply.
    bool put_back(uint32_t ltn, uint32_t number) {
        while (lock.test_and_set(std::memory_order_acquire)) std::this_thread::yield();
        const bool good = ltn < in_flight.size() && in_flight[ltn] && sequence[ltn] == number;
        if (good) {
            in_flight[ltn] = 0;
            sequence[ltn]++;
            idle.push_back(ltn);
            to_answer.fetch_sub(1);
        }
        lock.clear(std::memory_order_release);
        return good;
    }
    std::atomic_flag lock = ATOMIC_FLAG_INIT;
    uint64_t to_start;
    std::atomic<uint64_t> to_answer;
    std::vector<uint32_t> sequence;
    std::vector<char> in_flight;
    std::deque<uint32_t> idle;
};

struct Core {
    Run& run;
    Calls& calls;
    wire_sender& sender;
    wire_receiver& receiver;
    uint32_t number;
    Random random;

    // Receives all replies, if no other core does. True: some came.
    bool poll() {
        bool some = false;
        while (wire_pending(&receiver) && wire_poll_begin(run.channel.get())) {
            Message message;
            int count;
            while ((count = wire_receive(&receiver, message.word)) > 0) {
                some = true;
                if (count != 1 || !intact(message) || !calls.put_back(wire_ltn(message.word[1]), wire_sequence(message.word[1])))
                    run.broken.fetch_add(1);
                if (wire_head_is_stale(&receiver) && wire_publish_head(&receiver)) ring(&run.linux_bell);
            }
            wire_poll_end(run.channel.get());
        }
        // Threads became ready: another core may start some of them.
        if (some) {
            const int other = wire_claim_sleeper(run.channel.get(), run.cores);
            if (other >= 0) ring(run.bell(static_cast<uint32_t>(other)));
        }
        return some;
    }
    void send(uint32_t ltn) {
        Message message;
        fill(message, random_size(random), ltn, calls.sequence[ltn]);
        while (wire_send(&sender, message.word) <= 0) {
            run.waits_for_room.fetch_add(1, std::memory_order_relaxed);
            if (poll()) continue;
            wire_declare_sleeper(run.channel.get(), number);
            if (!wire_want_room(&sender, wire_lines(wire_size(message.word[0]))) && !wire_pending(&receiver))
                run.doze(run.bell(number));
            wire_withdraw_sleeper(run.channel.get(), number);
        }
        if (wire_must_ring_linux(sender.control)) ring(&run.linux_bell);
    }
    void work() {
        while (calls.to_answer.load()) {
            uint32_t ltn;
            bool some = false;
            while (calls.take(ltn)) {
                send(ltn);
                some = true;
            }
            some |= poll();
            if (some) continue;
            wire_declare_sleeper(run.channel.get(), number);
            if (!wire_pending(&receiver) && !calls.startable() && calls.to_answer.load()) run.doze(run.bell(number));
            wire_withdraw_sleeper(run.channel.get(), number);
        }
        run.ring_sleepers(); // all is answered: nobody will ring any more
    }
};

// Takes every request at once; a reply that finds no room waits in its record.
void serve(Run& run, uint32_t ltns, uint64_t total) {
    wire_receiver receiver = run.channel.request_receiver();
    uint64_t tail = 0, queued_most = 0;
    wire_sender sender = run.channel.reply_sender(&tail);
    std::deque<uint64_t> records; // who-words of replies to come
    Message message, reply;
    while (total) {
        while (!records.empty()) {
            fill(reply, 64, wire_ltn(records.front()), wire_sequence(records.front()));
            if (wire_send(&sender, reply.word) > 0) {
                records.pop_front();
                total--;
                const int core = wire_core_to_ring(run.channel.get(), run.cores);
                if (core >= 0) ring(run.bell(static_cast<uint32_t>(core)));
            } else if (!wire_want_room(&sender, 1)) {
                break;
            }
        }
        const int count = wire_receive(&receiver, message.word);
        if (count > 0) {
            if (!intact(message)) run.broken.fetch_add(1);
            records.push_back(message.word[1]);
            queued_most = std::max<uint64_t>(queued_most, records.size());
            if (wire_head_is_stale(&receiver) && wire_publish_head(&receiver)) run.ring_sleepers();
        } else if (total && wire_leave_requests(&receiver)) {
            run.doze(&run.linux_bell);
            wire_attend_requests(receiver.control);
        }
    }
    if (queued_most > ltns) run.broken.fetch_add(1);
}

}  // namespace

TEST_CASE("many calls in flight, one to three cores, both rings full") {
    for (uint32_t cores = 1; cores <= 3; cores++) {
        CAPTURE(cores);
        constexpr uint32_t ltns = 1500; // far more than both rings hold
        const uint64_t total = total_messages / 3;
        Run run(cores);
        Calls calls(ltns, total);
        wire_sender sender = run.channel.request_sender();
        wire_receiver receiver = run.channel.reply_receiver();
        std::thread proxy([&] { serve(run, ltns, total); });
        std::vector<std::thread> threads;
        for (uint32_t number = 0; number < cores; number++)
            threads.emplace_back([&, number] { Core{run, calls, sender, receiver, number, {number + 1}}.work(); });
        proxy.join();
        for (std::thread& thread : threads) thread.join();
        CHECK(run.broken == 0);
        CHECK(run.overslept == 0);
        CHECK(calls.to_answer == 0);
        INFO("sleeps " << run.sleeps.load() << ", waits for room " << run.waits_for_room.load());
        CHECK(run.waits_for_room > 0);
        CHECK(run.channel.guards_intact());
    }
}
