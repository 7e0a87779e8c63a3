// SPDX-License-Identifier: MIT
// One thread stays free, a call that finds none waits, and whoever becomes free finds it.
#include "pump/workers.h"

#include <csignal>

#include "doctest/doctest.h"
#include "parts.h"
#include "pump/affine_thread.h"

using namespace parts;

namespace {

constexpr uint64_t kBody[2] = {0, 0};

// Threads that wait to be told to end.
struct Crew {
    Records records{kCalls};
    Ending ending{kLimit};
    std::atomic<int> working{0};
    Workers workers;

    explicit Crew(uint32_t most)
        : workers({{}, kLimit, 1}, most, ending, [this](Worker&) {
              working++;
              while (!ending.stopping()) std::this_thread::yield();
          }) {
        REQUIRE(workers.spawn());
    }
    ~Crew() {
        if (!ending.stop()) return;
        for (const auto& worker : workers.stop()) pthread_join(worker->thread, nullptr);
    }
    OwnedCall call(uint32_t ltn) {
        REQUIRE(records[ltn].begin(kWaits.type, 1));
        return OwnedCall(parts::call(ltn), kBody, &records[ltn]);
    }
};

}  // namespace

TEST_CASE("who blocks leaves a free thread behind, which is started if there is none") {
    Crew crew(3);
    OwnedCall first = crew.call(1), second = crew.call(2), third = crew.call(3);
    CHECK(crew.workers.only_one_free());
    Workers::Slot one = crew.workers.reserve(first);
    REQUIRE(one);
    CHECK(soon([&] { return crew.working == 2; }));
    Workers::Slot two = crew.workers.reserve(second);
    REQUIRE(two);
    CHECK(soon([&] { return crew.working == 3; }));

    CHECK_FALSE(crew.workers.reserve(third));  // three threads, two may block
    CHECK_FALSE(third);
    CHECK_FALSE(crew.workers.none_queued());
    CHECK_FALSE(one.give_back_unless_queued());
    OwnedCall next = one.next();
    REQUIRE(next);
    CHECK(next.call().ltn == 3);
    CHECK(crew.workers.none_queued());
    CHECK_FALSE(one.next());
    CHECK_FALSE(one);
    CHECK(two.give_back_unless_queued());
    CHECK_FALSE(crew.workers.only_one_free());
}

TEST_CASE("a slot that is dropped comes back; what is queued can be taken out of the queue") {
    Crew crew(2);
    OwnedCall first = crew.call(1), second = crew.call(2);
    {
        Workers::Slot slot = crew.workers.reserve(first);
        REQUIRE(slot);
        CHECK_FALSE(crew.workers.reserve(second));
        CHECK_FALSE(crew.workers.take_queued(1));
        const OwnedCall taken = crew.workers.take_queued(2);
        REQUIRE(taken);
        CHECK(taken.call().ltn == 2);
        CHECK(crew.workers.none_queued());
    }
    CHECK(crew.workers.reserve(first));
}

TEST_CASE("with one thread and no other to be had, it may block: better late than never") {
    Crew crew(1);
    OwnedCall first = crew.call(1);
    CHECK(crew.workers.reserve(first));
    CHECK(first);
}

namespace {

// Notes what it is given, and waits for `go` first.
struct Affine {
    Records records{kCalls};
    Ending ending{kLimit};
    std::atomic<bool> go{true};
    std::atomic<int> entered{0}, served{0};
    std::vector<uint32_t> order;
    std::vector<std::thread::id> threads;
    AffineThread thread{{{}, kLimit, 1}, ending, [this](Worker&, OwnedCall call) {
                            entered++;
                            while (!go && !ending.stopping()) std::this_thread::yield();
                            order.push_back(call.call().ltn);
                            threads.push_back(std::this_thread::get_id());
                            served++;
                        }};
    ~Affine() {
        ending.stop();
        if (const auto worker = thread.stop()) pthread_join(worker->thread, nullptr);
    }
    void tell(uint32_t ltn) { thread.run(OwnedCall(parts::call(ltn, 1, kTells), kBody, nullptr)); }
};

}  // namespace

TEST_CASE("affine calls are made in their order, by one thread") {
    Affine affine;
    for (uint32_t i = 0; i < 1000; i++) affine.tell(i);
    REQUIRE(soon([&] { return affine.served == 1000; }));
    CHECK(std::is_sorted(affine.order.begin(), affine.order.end()));
    CHECK(std::count(affine.threads.begin(), affine.threads.end(), affine.threads[0]) == 1000);
}

TEST_CASE("an affine call that waits can be cancelled, a one-way one cannot") {
    Affine affine;
    affine.go = false;
    affine.tell(0);
    REQUIRE(soon([&] { return affine.entered == 1; }));
    REQUIRE(affine.records[5].begin(kWaits.type, 1));
    affine.thread.run(OwnedCall(parts::call(5), kBody, &affine.records[5]));
    affine.tell(6);
    CHECK_FALSE(affine.thread.take_queued(6));
    CHECK(affine.thread.take_queued(5));
    CHECK_FALSE(affine.thread.take_queued(5));
    affine.go = true;
    CHECK(soon([&] { return affine.served == 2; }));
}

TEST_CASE("one-way calls do not pile up: the program is given up") {
    Affine affine;
    affine.go = false;
    affine.tell(1);
    REQUIRE(soon([&] { return affine.entered == 1; }));
    for (size_t i = 0; i < AffineThread::kMostOneway; i++) affine.tell(1);
    CHECK(affine.ending.failure().signal == 0);
    affine.tell(1);
    CHECK(affine.ending.failure().signal == SIGKILL);
    CHECK(affine.ending.failure().why.find("test.tells") != std::string::npos);
}
