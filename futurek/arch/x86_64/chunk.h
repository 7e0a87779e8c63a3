// SPDX-License-Identifier: MIT
// Arena chunks are zeroed by whoever touches them first, Linux or we (abi/native.h, enum future_chunk_state).
#pragma once

#include "core.h"

namespace futurek::native {

// Returns when machine memory's chunk number `chunk` is zeroed, whoever does it. Never called by who is zeroing one.
void chunk_ready(uint64_t chunk);
bool chunk_is_ready(uint64_t chunk);
// The arena is taken back: to be zeroed again before the next use.
void chunks_dirty(uint64_t first, uint64_t count);

// Zeroes one dirty chunk in advance, unless the core is wanted meanwhile (work_or_linux). False: there was none, or it
// was wanted.
bool chunk_zero_one(PerCore& core);

}  // namespace futurek::native
