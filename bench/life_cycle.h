// SPDX-License-Identifier: MIT
// One program's whole life on a booted machine, measured in the proxy.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "machine/device.h"
#include "reference.h"

namespace bench {

// load → create → run → exit confirmed, each time on a new connection.
using Connect = std::function<std::unique_ptr<future::Device>()>;
Samples lives(const std::filesystem::path& program, int rounds, const Connect& connect);

// The same on a machine that `bin`/future boots for this and shuts down afterwards.
Samples life_cycle(const std::filesystem::path& bin, const std::filesystem::path& program, int rounds);

}  // namespace bench
