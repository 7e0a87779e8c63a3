// SPDX-License-Identifier: MIT
// One arena chunk's page table entries against an array of what each page may be used for.
#include "futurek/arch/x86_64/paging.h"

#include <doctest/doctest.h>

#include <array>
#include <random>
#include <thread>
#include <vector>

using namespace futurek::native;

namespace {

constexpr uint64_t physical = 0x7'4560'0000, table_physical = 0x1234'5000;
constexpr uint64_t to_read = 4, to_write = 6, to_fetch = 0x14;  // error codes of a program's fault

struct Chunk {
    uint64_t entry = 0;
    std::vector<uint64_t> table = std::vector<uint64_t>(table_entries, 0x5a5a5a5a5a5a5a5a);  // never cleared by anyone
    ChunkPages pages{&entry, table.data(), physical, table_physical};

    bool allows(unsigned page, uint64_t error) const { return entry_allows(chunk_look(pages, page), error); }
    // As a processor would walk it.
    uint64_t address(unsigned page) const {
        if (!is_table(entry)) return (entry & entry_address & ~0x1fffffull) + page * 4096ull;
        CHECK((entry & entry_address) == table_physical);
        return table[page] & entry_address;
    }
};

struct Allowed {
    bool read, write, fetch;
};
constexpr Allowed allowed[] = {{false, false, false}, {true, false, false}, {true, true, false}, {true, true, true}};

}  // namespace

TEST_CASE("a chunk nobody touched is nothing, and whole after the first touch") {
    Chunk chunk;
    CHECK(chunk_look(chunk.pages, 7) == 0);
    chunk_map(chunk.pages);
    CHECK(!is_table(chunk.entry));
    CHECK(chunk.address(511) == physical + 511 * 4096);
    for (uint64_t error : {to_read, to_write, to_fetch}) CHECK(chunk.allows(0, error));
    uint64_t before = chunk.entry;
    chunk_map(chunk.pages);
    CHECK(chunk.entry == before);
}

TEST_CASE("what is protected is never mapped by a later first touch") {
    Chunk chunk;
    CHECK(!chunk_protect_maps(chunk.pages, table_entries, PageUse::none));
    CHECK(!chunk_protect(chunk.pages, 0, table_entries, PageUse::none));  // nobody has seen it: nothing to forget
    CHECK(chunk.entry != 0);
    chunk_map(chunk.pages);
    CHECK(!chunk.allows(3, to_read));
    CHECK(chunk_protect_maps(chunk.pages, table_entries, PageUse::program));
    CHECK(!chunk_protect(chunk.pages, 0, table_entries, PageUse::program));
    CHECK(chunk.allows(3, to_fetch));
}

TEST_CASE("giving an untouched chunk what it has anyway needs no memory") {
    Chunk chunk;
    CHECK(!chunk_protect_maps(chunk.pages, 5, PageUse::program));
    CHECK(!chunk_protect(chunk.pages, 9, 5, PageUse::program));
    CHECK(chunk.entry == 0);
    CHECK(chunk_protect_maps(chunk.pages, 5, PageUse::none));  // the rest of it stays usable
}

TEST_CASE("any sequence of protections, against a model: use, address, and what must be forgotten") {
    std::mt19937 random(42);
    for (int round = 0; round < 200; round++) {
        Chunk chunk;
        std::array<PageUse, table_entries> model;
        model.fill(PageUse::program);
        for (int step = 0; step < 30; step++) {
            unsigned first = random() % table_entries, pages = 1 + random() % (table_entries - first);
            if (random() % 3 == 0) first = 0, pages = table_entries;
            PageUse use = static_cast<PageUse>(random() % 4);
            if (random() % 4 == 0) {
                chunk_map(chunk.pages);
                continue;
            }
            bool must_forget = false;
            for (unsigned page = first; page < first + pages; page++) {
                const Allowed &before = allowed[static_cast<unsigned>(model[page])],
                              &after = allowed[static_cast<unsigned>(use)];
                must_forget |=
                    (before.read && !after.read) || (before.write && !after.write) || (before.fetch && !after.fetch);
                model[page] = use;
            }
            bool seen = chunk.entry != 0;
            bool forget = chunk_protect(chunk.pages, first, pages, use);
            if (seen) CHECK(forget == must_forget);
            if (forget) CHECK(must_forget);
        }
        if (!chunk.entry) continue;
        for (unsigned page = 0; page < table_entries; page++) {
            const Allowed& wanted = allowed[static_cast<unsigned>(model[page])];
            REQUIRE(chunk.allows(page, to_read) == wanted.read);
            REQUIRE(chunk.allows(page, to_write) == wanted.write);
            REQUIRE(chunk.allows(page, to_fetch) == wanted.fetch);
            REQUIRE(chunk.address(page) == physical + page * 4096);
        }
    }
}

TEST_CASE("a first touch on other cores beside a protection leaves the protection") {
    for (int round = 0; round < 300; round++) {
        Chunk chunk;
        std::thread other([&] {
            for (int touch = 0; touch < 3; touch++) chunk_map(chunk.pages);
        });
        unsigned pages = round % 2 ? table_entries : 1;
        (void)chunk_protect(chunk.pages, 0, pages, PageUse::none);
        other.join();
        REQUIRE(!chunk.allows(0, to_read));
        if (pages == 1) REQUIRE(chunk.allows(1, to_write));
    }
}
