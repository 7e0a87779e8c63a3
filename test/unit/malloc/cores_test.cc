// SPDX-License-Identifier: MIT
// Blocks that another core frees: threads that play cores, and hand each other what they took.
#include <doctest/doctest.h>

#include <atomic>
#include <random>
#include <thread>
#include <vector>

extern "C" {
#include "ground.h"
#include "heap.h"
}
#include "live.h"
#include "machine.h"

namespace {

constexpr unsigned kCores = 4;

// Runs on so many cores at once, each of which lends its heap at the end, as a core does that sleeps.
template <class Body>
void on_cores(unsigned count, Body body) {
    std::vector<std::thread> threads;
    for (unsigned core = 1; core <= count; core++)
        threads.emplace_back([core, body] {
            machine::be_core(core);
            if (future_heap_here()) future_heap_wakes(future_heap_here());
            body(core);
            if (future_heap_here()) future_heap_sleeps(future_heap_here());
        });
    for (std::thread& thread : threads) thread.join();
}


Live make(size_t bytes, uint64_t seed) {
    Live block{static_cast<unsigned char*>(renamed_malloc(bytes)), bytes, seed};
    if (block.at) block.fill();
    return block;
}

struct Shelf {
    std::atomic_flag busy;
    Live block;
};

}  // namespace

TEST_CASE("blocks change hands at random; contents stay, and at the end all of it is free") {
    static std::vector<Shelf> shelves(500);
    std::atomic<int> wrong{0};
    on_cores(kCores, [&](unsigned core) {
        std::mt19937 random(core);
        for (uint64_t i = 0; i < 300000; i++) {
            Shelf& shelf = shelves[random() % shelves.size()];
            Live mine = make(random() % 50 ? random() % 300 : random() % 150000, core << 24 | i);
            while (shelf.busy.test_and_set(std::memory_order_acquire)) std::this_thread::yield();
            std::swap(shelf.block, mine);
            shelf.busy.clear(std::memory_order_release);
            if (!mine.at) continue;
            wrong += !mine.holds();
            renamed_free(mine.at);
        }
    });
    CHECK(wrong == 0);
    for (Shelf& shelf : shelves) {
        wrong += shelf.block.at && !shelf.block.holds();
        renamed_free(shelf.block.at);
        shelf.block = {};
    }
    CHECK(wrong == 0);
    future_heap_flush();
    future_ground_purge();
    CHECK(future_ground_sizes().taken == 0);
}

TEST_CASE("one core makes, another frees: memory goes round instead of growing") {
    static std::atomic<Live*> handed{nullptr};
    std::atomic<bool> done{false};
    std::atomic<size_t> most{0}, wrong{0};
    on_cores(2, [&](unsigned core) {
        if (core == 1) {
            for (uint64_t i = 0; i < 3000; i++) {
                auto* batch = new Live[100];
                for (int n = 0; n < 100; n++) batch[n] = make(64 + i % 200, i);
                while (handed.load(std::memory_order_acquire)) std::this_thread::yield();
                handed.store(batch, std::memory_order_release);
                if (const size_t now = future_ground_sizes().taken; now > most) most = now;
            }
            done = true;
            return;
        }
        while (!done || handed.load(std::memory_order_acquire)) {
            Live* batch = handed.load(std::memory_order_acquire);
            if (!batch) {
                std::this_thread::yield();
                continue;
            }
            for (int n = 0; n < 100; n++) {
                wrong += !batch[n].holds();
                renamed_free(batch[n].at);
            }
            delete[] batch;
            handed.store(nullptr, std::memory_order_release);
        }
    });
    CHECK(wrong == 0);
    CHECK(most > 0);
    CHECK(most < (size_t{8} << 20));
}

TEST_CASE("what a sleeping core took and others freed is given back without it") {
    machine::be_core(9);
    std::vector<void*> blocks;
    for (int i = 0; i < 50000; i++) blocks.push_back(renamed_malloc(1000));
    future_heap_sleeps(future_heap_here());
    const size_t before = future_ground_sizes().taken - future_ground_sizes().free;
    machine::be_core(10);
    for (void* block : blocks) renamed_free(block);
    const size_t after = future_ground_sizes().taken - future_ground_sizes().free;
    CHECK(before > size_t{40} << 20);
    CHECK(after < before / 10);
    machine::be_core(9);
    future_heap_wakes(future_heap_here());
    void* again = renamed_malloc(1000);
    CHECK(again != nullptr);
    renamed_free(again);
    future_heap_flush();
    machine::be_core(0);
}

TEST_CASE("another core frees twice: told when its owner looks") {
    machine::be_core(11);
    void* volatile block = renamed_malloc(1 << 14);
    void* volatile others[3];
    for (void* volatile& other : others) other = renamed_malloc(1 << 14);
    machine::be_core(12);
    renamed_free(block);
    renamed_free(block);
    machine::be_core(11);
    CHECK(machine::last_words([&] {
              for (int i = 0; i < 8; i++) static_cast<void>(renamed_malloc(1 << 14));
          }) == "free(): double free detected (by another core)");
    machine::be_core(0);
}
