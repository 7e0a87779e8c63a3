// SPDX-License-Identifier: MIT
// Every address that a program can name, against an arena at either end of the address space.
#include <cstring>
#include <vector>

#include "doctest/doctest.h"
#include "future/guest_memory.h"

using future::guest_memory;

TEST_CASE("ranges: inside is good, one byte outside is not") {
    std::vector<std::byte> bytes(4096);
    for (const uint64_t base : {0ull, 0x1000ull, 0x7f0000000000ull, ~0ull - 4095}) {
        const guest_memory memory(bytes.data(), base, bytes.size());
        CHECK(memory.range(base, 4096) == bytes.data());
        CHECK(memory.range(base + 4095, 1) == bytes.data() + 4095);
        CHECK(memory.range(base, 4097) == nullptr);
        CHECK(memory.range(base + 4096, 1) == nullptr);
        CHECK(memory.range(base - 1, 1) == nullptr);
        CHECK(memory.range(base + 1, ~0ull) == nullptr);
        CHECK(memory.range(base - 1, 0) != nullptr);
        CHECK(memory.bytes_from(base + 4000) == 96);
        CHECK(memory.bytes_from(base - 1) == 0);
    }
}

TEST_CASE("strings: copied once, bounded by the arena and by the capacity") {
    std::vector<std::byte> bytes(64, std::byte{'a'});
    const guest_memory memory(bytes.data(), 1000, bytes.size());
    char to[32];
    CHECK(memory.copy_string(1000, to, sizeof to) == -ENAMETOOLONG);
    CHECK(memory.copy_string(1050, to, sizeof to) == -EFAULT);
    CHECK(memory.copy_string(999, to, sizeof to) == -EFAULT);
    CHECK(memory.copy_string(1064, to, sizeof to) == -EFAULT);
    bytes[31] = std::byte{0};
    CHECK(memory.copy_string(1000, to, sizeof to) == 31);
    CHECK(std::strlen(to) == 31);
    bytes[63] = std::byte{0};
    CHECK(memory.copy_string(1060, to, sizeof to) == 3);
    CHECK(memory.copy_string(1063, to, sizeof to) == 0);
    CHECK(memory.copy_in(to, 1060, 5) == -EFAULT);
    CHECK(memory.copy_out(1060, to, 4) == 0);
}
