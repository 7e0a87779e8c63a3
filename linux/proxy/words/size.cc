// SPDX-License-Identifier: MIT
// Sizes as people write them.
#include "words/size.h"

#include <charconv>

namespace future {

std::optional<uint64_t> parse_size(std::string_view text) {
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number == 0) return std::nullopt;
    std::string_view unit = text.substr(static_cast<size_t>(end - text.data()));
    unsigned shift = 0;
    if (!unit.empty()) {
        constexpr std::string_view letters = "KMGT";
        const size_t place = letters.find(static_cast<char>(unit[0] & ~0x20));
        if (place == letters.npos) return std::nullopt;
        shift = 10 * (static_cast<unsigned>(place) + 1);
        unit.remove_prefix(1);
        if (!(unit.empty() || unit == "B" || unit == "iB" || unit == "b")) return std::nullopt;
    }
    if (number > UINT64_MAX >> shift) return std::nullopt;
    return number << shift;
}

}  // namespace future
