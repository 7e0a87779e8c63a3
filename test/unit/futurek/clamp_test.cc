// SPDX-License-Identifier: MIT
// The mask over numbers that a program supplies. That it is there in the kernel's image: kernel_image.
#include "futurek/core/clamp.h"

#include <doctest/doctest.h>

#include <random>

#include "futurek/core/user.h"

TEST_CASE("what is below the count stays, everything else is 0") {
    const uint64_t edges[] = {0, 1, 2, 7, 8, 9, 63, 64, 4096, (1ull << 32) - 1, 1ull << 32, (1ull << 63) - 1, 1ull << 63, (1ull << 63) + 1, ~1ull, ~0ull};
    for (uint64_t count : edges) {
        if (count > 1ull << 63) continue;
        for (uint64_t index : edges) {
            CAPTURE(count);
            CAPTURE(index);
            CHECK(clamp_index(index, count) == (index < count ? index : 0));
        }
    }
    std::mt19937_64 random(1);
    for (int round = 0; round < 100000; round++) {
        const uint64_t count = random() >> (1 + random() % 63), index = random() >> random() % 64;
        REQUIRE(clamp_index(index, count) == (index < count ? index : 0));
    }
}

TEST_CASE("a range of program memory is where it was said to be, to the arena's last byte") {
    using futurek::Arena, futurek::UserRange;
    const Arena arena = {0x1000000000, 2 << 20};
    for (uint64_t offset : {0ull, 1ull, 4096ull, (2ull << 20) - 1, 2ull << 20})
        for (uint64_t bytes : {0ull, 1ull, 4096ull, (2ull << 20) - 1, 2ull << 20}) {
            const auto range = UserRange::check(arena, arena.address + offset, bytes);
            CHECK(range.ok() == (offset + bytes <= arena.bytes));
            if (!range.ok()) continue;
            CHECK(range.value().offset() == offset);
            CHECK(range.value().bytes() == bytes);
        }
    CHECK_FALSE(UserRange::check(arena, arena.address - 1, 1).ok());
    CHECK_FALSE(UserRange::check(arena, arena.address, ~0ull).ok());
}
