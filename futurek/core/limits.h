// SPDX-License-Identifier: MIT
// Sizes of the kernel's fixed tables: after boot it allocates nothing for itself.
#pragma once

#include <stdint.h>

#include "../../idl/wire/channel.h"

namespace futurek {

inline constexpr unsigned max_cores = WIRE_MAX_CORES;
inline constexpr unsigned max_processes = 64;
inline constexpr unsigned max_waiting = 256;  // creates that wait for cores or memory
inline constexpr uint64_t page_bytes = 4096;
inline constexpr uint64_t extent_align = 2u << 20;  // arenas begin and end on these
inline constexpr uint32_t max_threads_limit = 1u << 24;
// Channel 0: room for a reply to each context, an exception and an exit notice of each process, and half for the log.
inline constexpr uint32_t control_lines = 4096;

}  // namespace futurek
