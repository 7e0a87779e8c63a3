// SPDX-License-Identifier: MIT
// What a program may not touch itself, by ranges and by its own map, which may lie anywhere and say anything.
#include "caller/protections.h"

#include <cstring>
#include <vector>

#include "doctest/doctest.h"
#include "future/guest_memory.h"

using future::guest_memory;
using future::Protections;

namespace {

constexpr uint64_t kBase = 0x100000000, kPage = 4096, kPages = 256, kMap = 200 * kPage;

struct Arena {
    std::vector<std::byte> bytes = std::vector<std::byte>(kPages * kPage);
    uint64_t map = kBase + kMap;
    Protections protections{{{0, 4 * kPage, true}, {10 * kPage, kPage, false}}, bytes.data(), kBase, bytes.size(), &map};
    guest_memory memory{bytes.data(), kBase, bytes.size(), false, &protections};

    void note(uint64_t page, uint64_t bits) {
        uint64_t word;
        std::byte* const at = bytes.data() + kMap + page / 32 * 8;
        std::memcpy(&word, at, sizeof word);
        word |= bits << page % 32 * 2;
        std::memcpy(at, &word, sizeof word);
    }
    bool reads(uint64_t from, uint64_t to) const { return memory.readable(kBase + from, to - from); }
    bool writes(uint64_t from, uint64_t to) const { return memory.writable(kBase + from, to - from); }
};

constexpr uint64_t page(uint64_t number) { return number * kPage; }

}  // namespace

TEST_CASE("constants are read and not written, the guard of main's stack neither") {
    const Arena arena;
    CHECK(arena.reads(0, page(10)));
    CHECK_FALSE(arena.writes(0, 1));
    CHECK_FALSE(arena.writes(page(4) - 1, page(5)));
    CHECK(arena.writes(page(4), page(10)));
    CHECK_FALSE(arena.writes(page(4), page(10) + 1));
    CHECK_FALSE(arena.reads(page(10), page(10) + 1));
    CHECK_FALSE(arena.reads(page(11) - 1, page(12)));
    CHECK(arena.writes(page(11), page(kPages)));
    CHECK(arena.writes(0, 0));
    CHECK_FALSE(arena.writes(page(kPages), page(kPages) + 1));
}

TEST_CASE("each page by its own two bits, across the words of the map") {
    for (const uint64_t bad : {11, 31, 32, 33, 63, 64, 95, 96, 127}) {
        Arena arena;
        arena.note(bad, 2);
        CHECK(arena.reads(page(11), page(kPages)));
        CHECK_FALSE(arena.writes(page(bad), page(bad) + 1));
        CHECK_FALSE(arena.writes(page(bad + 1) - 1, page(bad + 1)));
        CHECK_FALSE(arena.writes(page(11), page(kPages)));
        CHECK(arena.writes(page(11), page(bad)));
        CHECK(arena.writes(page(bad + 1), page(kPages)));
        arena.note(bad, 1);
        CHECK_FALSE(arena.reads(page(bad), page(bad) + 1));
        CHECK(arena.reads(page(bad + 1), page(kPages)));
    }
}

TEST_CASE("a map that lies elsewhere is none") {
    Arena arena;
    arena.note(100, 3);
    for (const uint64_t map : {uint64_t{0}, kBase - 8, kBase + page(kPages) - 56, kBase + kMap + 4, ~uint64_t{0}, ~uint64_t{7}}) {
        arena.map = map;
        CHECK(arena.writes(page(100), page(101)));
    }
    arena.map = kBase + page(kPages) - 64;  // the last place there is room
    CHECK(arena.writes(page(100), page(101)));
    arena.map = kBase + kMap;
    CHECK_FALSE(arena.writes(page(100), page(101)));
}

TEST_CASE("copies and strings end where the program's own would") {
    Arena arena;
    arena.note(20, 3);
    char to[64];
    std::memset(arena.bytes.data() + page(20) - 8, 'a', 16);
    CHECK(arena.memory.copy_string(kBase + page(20) - 8, to, sizeof to) == -EFAULT);
    CHECK(arena.memory.copy_string(kBase + page(20) - 8, to, 8) == -ENAMETOOLONG);
    CHECK(arena.memory.copy_string(kBase + page(20), to, sizeof to) == -EFAULT);
    arena.bytes[page(20) - 1] = std::byte{0};
    CHECK(arena.memory.copy_string(kBase + page(20) - 8, to, sizeof to) == 7);
    CHECK(arena.memory.copy_in(to, kBase + page(20) - 8, 9) == -EFAULT);
    CHECK(arena.memory.copy_out(kBase + page(20) - 8, to, 9) == -EFAULT);
    CHECK(arena.memory.copy_out(kBase + page(3), to, 1) == -EFAULT);
    CHECK(arena.memory.copy_in(to, kBase + page(3), 1) == 0);
}
