// SPDX-License-Identifier: MIT
// What the harness and its system calls share.
#pragma once

#include <cstdint>

#include "future/handler.h"

namespace fuzz {

constexpr uint64_t kArenaAddress = 0x7f0000200000, kArenaBytes = 64 << 10;
constexpr int kDescriptorLimit = 512, kInternalEnd = 560;

bool in_arena(long pointer);
long result();  // of a system call: what the input says

}  // namespace fuzz
