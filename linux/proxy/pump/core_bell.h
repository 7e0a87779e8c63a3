// SPDX-License-Identifier: MIT
// Rings a core of the program.
#pragma once

#include <cstdint>

namespace future {

// A plain pointer, so that the fast path makes one indirect call.
struct CoreBell {
    void (*ring)(void* context, uint32_t core);
    void* context;
};

}  // namespace future
