// SPDX-License-Identifier: MIT
// Extents: first fit, exhaustion, joining of what is freed, the largest free one.
#include "futurek/core/memory.h"

#include <doctest/doctest.h>

using namespace futurek;

constexpr uint64_t unit = extent_align;

TEST_CASE("first fit: the lowest gap that is large enough") {
    Memory memory(10 * unit);
    CHECK(memory.allocate(2 * unit).value() == 0);
    CHECK(memory.allocate(3 * unit).value() == 2 * unit);
    CHECK(memory.allocate(1 * unit).value() == 5 * unit);
    memory.free(0);
    memory.free(5 * unit);
    CHECK(memory.allocate(3 * unit).value() == 5 * unit);
    CHECK(memory.allocate(1 * unit).value() == 0);
    CHECK(memory.allocate(1 * unit).value() == 1 * unit);
}

TEST_CASE("ENOMEM tells the largest free extent, not the sum") {
    Memory memory(8 * unit);
    for (int index = 0; index < 8; index++) CHECK(memory.allocate(unit).ok());
    memory.free(1 * unit);
    memory.free(3 * unit);
    memory.free(4 * unit);
    CHECK(memory.free_bytes() == 3 * unit);
    Attempt<uint64_t> refused = memory.allocate(3 * unit);
    CHECK(refused.error() == Error::no_memory);
    CHECK(refused.failure().detail == 2 * unit);
    memory.free(2 * unit);
    CHECK(memory.allocate(4 * unit).value() == 1 * unit);
    CHECK(memory.largest_free() == 0);
}

TEST_CASE("sizes that are no extents, and more extents than places") {
    Memory memory(200 * unit);
    CHECK(memory.allocate(0).error() == Error::invalid);
    CHECK(memory.allocate(unit + 4096).error() == Error::invalid);
    CHECK(memory.allocate(~(unit - 1)).error() == Error::no_memory);
    for (unsigned index = 0; index < max_processes; index++) CHECK(memory.allocate(unit).ok());
    CHECK(memory.allocate(unit).error() == Error::no_memory);
    memory.free(12345);  // not one: nothing happens
    CHECK(memory.free_bytes() == (200 - max_processes) * unit);
}

TEST_CASE("a machine of no whole extent has no memory") {
    Memory memory(unit - 1);
    CHECK(memory.bytes() == 0);
    CHECK(memory.allocate(unit).error() == Error::no_memory);
}

TEST_CASE("a second Memory that takes what the first gave, in any order, has the same gaps") {
    Memory first(16 * unit), second(16 * unit);
    const uint64_t size[] = {1, 2, 4, 1, 3}, order[] = {3, 0, 4, 1};
    uint64_t offset[5];
    for (int index = 0; index < 5; index++) offset[index] = first.allocate(size[index] * unit).value();
    first.free(offset[2]);
    for (uint64_t index : order) second.take(offset[index], size[index] * unit);
    CHECK(second.free_bytes() == 9 * unit);
    CHECK(second.largest_free() == 5 * unit);
    Memory* both[] = {&first, &second};
    for (Memory* each : both) {
        CHECK(each->allocate(6 * unit).failure().detail == 5 * unit);
        CHECK(each->allocate(4 * unit).value() == 3 * unit);
        CHECK(each->allocate(5 * unit).value() == 11 * unit);
        CHECK(each->largest_free() == 0);
    }
}
