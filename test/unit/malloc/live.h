// SPDX-License-Identifier: MIT
// Blocks that are in use, each filled with what only it has: who gets memory that is another's is found out by the contents.
#pragma once

#include <cstddef>
#include <cstdint>

#include "declared.h"

struct Live {
    unsigned char* at = nullptr;
    size_t bytes = 0;
    uint64_t seed = 0;

    unsigned char mark(size_t index) const { return static_cast<unsigned char>((seed + index) * 0x9e3779b97f4a7c15ull >> 56); }
    // Large ones here and there.
    size_t step() const { return bytes < 8192 ? 1 : bytes / 64 + 1; }
    void fill() const {
        for (size_t i = 0; i < bytes; i += step()) at[i] = mark(i);
        if (bytes) at[bytes - 1] = mark(bytes - 1);
    }
    bool holds() const {
        for (size_t i = 0; i < bytes; i += step())
            if (at[i] != mark(i)) return false;
        return !bytes || at[bytes - 1] == mark(bytes - 1);
    }
};
