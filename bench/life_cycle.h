// SPDX-License-Identifier: MIT
// One program's whole life on a booted machine, measured in the proxy.
#pragma once

#include <filesystem>

#include "reference.h"

namespace bench {

// load → create → run → exit confirmed, on a machine that `bin`/future boots for this and shuts down afterwards.
Samples life_cycle(const std::filesystem::path& bin, const std::filesystem::path& program, int rounds);

}  // namespace bench
