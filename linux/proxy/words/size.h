// SPDX-License-Identifier: MIT
// Sizes as people write them: 512M, 2G, 1048576.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace future {

std::optional<uint64_t> parse_size(std::string_view text);

}  // namespace future
