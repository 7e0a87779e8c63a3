// SPDX-License-Identifier: MIT
// Pages of an arena against a plain array that does the same slowly.
#include "futurek/core/pages.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <vector>

using namespace futurek;

namespace {

constexpr uint64_t arena_pages = 512;

struct Fixture {
    std::vector<uint64_t> taken = std::vector<uint64_t>(arena_pages / 64), guarded = taken;
    Pages pages{taken.data(), guarded.data(), arena_pages* page_bytes};
};

}  // namespace

TEST_CASE("takes from the end, what was given back first, and all of the arena") {
    Fixture f;
    f.pages.reserve(3);
    CHECK(f.pages.free_count() == arena_pages - 3);
    CHECK(f.pages.take(1).value() == arena_pages - 1);
    CHECK(f.pages.take(100).value() == arena_pages - 101);
    CHECK(f.pages.take(arena_pages - 104).value() == 3);
    CHECK(f.pages.take(1).error() == Error::no_memory);
    f.pages.give_back(10, 64);
    f.pages.give_back(200, 65);
    CHECK(f.pages.take(65).value() == 200);
    CHECK(f.pages.take(66).failure().detail == 64 * page_bytes);
    CHECK(f.pages.take(64).value() == 10);
    CHECK(f.pages.free_count() == 0);
}

TEST_CASE("who names a place grows into all that is left") {
    Fixture f;
    f.pages.reserve(3);
    CHECK(f.pages.take(12).value() == arena_pages - 12);
    CHECK(f.pages.take_at(3, 100).value() == 3);
    CHECK(f.pages.take_at(102, 2).error() == Error::no_memory);
    CHECK(f.pages.take_at(2, 1).error() == Error::no_memory);
    CHECK(f.pages.take_at(103, arena_pages - 103).error() == Error::no_memory);
    CHECK(f.pages.take_at(103, ~0ull).error() == Error::no_memory);
    CHECK(f.pages.longest_run() == arena_pages - 115);
    CHECK(f.pages.take_at(103, arena_pages - 115).value() == 103);
    CHECK(f.pages.free_count() == 0);
    f.pages.give_back(50, arena_pages - 100);  // what both have
    CHECK(f.pages.take(arena_pages - 100).value() == 50);
}

TEST_CASE("a map that was cleared serves the next one") {
    Fixture f;
    f.pages.reserve(70);
    CHECK(f.pages.take(65).ok());
    CHECK(f.pages.take_at(300, 1).value() == 300);
    f.pages.set_guarded(0, 70, true);
    f.pages.set_guarded(300, 1, true);
    f.pages.clear();
    CHECK(std::count(f.taken.begin(), f.taken.end(), 0ull) == arena_pages / 64);
    CHECK(std::count(f.guarded.begin(), f.guarded.end(), 0ull) == arena_pages / 64);
    CHECK(f.pages.free_count() == arena_pages);
    CHECK(f.pages.take_at(0, arena_pages).value() == 0);
}

TEST_CASE("what the loader reserved is never handed out nor taken for allocated") {
    Fixture f;
    f.pages.reserve(64);
    CHECK_FALSE(f.pages.all_taken(0, 1));
    CHECK_FALSE(f.pages.all_taken(63, 1));
    CHECK(f.pages.take_at(64, 2).value() == 64);
    CHECK(f.pages.all_taken(64, 2));
    CHECK_FALSE(f.pages.all_taken(64, 3));
    CHECK_FALSE(f.pages.all_taken(63, 2));
    CHECK_FALSE(f.pages.all_taken(64, ~0ull));
    CHECK_FALSE(f.pages.all_taken(~0ull, 2));
    f.pages.clear();
    f.pages.reserve(arena_pages);
    CHECK(f.pages.take(1).error() == Error::no_memory);
}

TEST_CASE("guard marks") {
    Fixture f;
    CHECK_FALSE(f.pages.any_guarded(0, arena_pages));
    f.pages.set_guarded(63, 2, true);
    CHECK(f.pages.any_guarded(64, 1));
    CHECK_FALSE(f.pages.any_guarded(65, 64));
    f.pages.set_guarded(0, arena_pages, false);
    CHECK_FALSE(f.pages.any_guarded(0, arena_pages));
}

TEST_CASE("twenty thousand random steps agree with a plain array") {
    Fixture f;
    std::vector<bool> model(arena_pages);
    std::mt19937 random(7);
    std::vector<std::pair<uint64_t, uint64_t>> blocks;
    auto longest = [&] {
        uint64_t best = 0, run = 0;
        for (uint64_t page = 0; page < arena_pages; page++) best = std::max(best, run = model[page] ? 0 : run + 1);
        return best;
    };
    for (int step = 0; step < 20000; step++) {
        if (random() % 2 || blocks.empty()) {
            uint64_t want = 1 + random() % (random() % 8 ? 5 : 150), place = random() % arena_pages;
            bool named = random() % 2;
            Attempt<uint64_t> got = named ? f.pages.take_at(place, want) : f.pages.take(want);
            auto is_free = [&](uint64_t first) {
                if (first + want > arena_pages) return false;
                for (uint64_t page = first; page < first + want; page++)
                    if (model[page]) return false;
                return true;
            };
            REQUIRE(got.ok() == (named ? is_free(place) : longest() >= want));
            if (!got.ok()) {
                REQUIRE((named || got.failure().detail == longest() * page_bytes));
                continue;
            }
            uint64_t expect = got.value();
            REQUIRE(is_free(expect));
            REQUIRE((!named || expect == place));
            for (uint64_t page = expect; page < expect + want; page++) model[page] = true;
            blocks.push_back({expect, want});
        } else {
            size_t at = random() % blocks.size();
            auto [first, count] = blocks[at];
            REQUIRE(f.pages.all_taken(first, count));
            f.pages.give_back(first, count);
            for (uint64_t page = first; page < first + count; page++) model[page] = false;
            blocks.erase(blocks.begin() + static_cast<long>(at));
        }
        REQUIRE(f.pages.longest_run() == longest());
        REQUIRE(f.pages.free_count() == static_cast<uint64_t>(std::count(model.begin(), model.end(), false)));
    }
}
