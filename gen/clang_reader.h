// SPDX-License-Identifier: MIT
// Reads an interface header with libclang; nothing else in gen knows that libclang exists.
#pragma once

#include "diagnostic.h"

namespace gen {

struct ReadOptions {
    std::vector<std::string> flags;  // -I…, -D…, as a compiler takes them
};

// The header's own declarations. Any error of the front end is reported and refuses the whole header.
Source read_source(const std::string& path, const ReadOptions& options, Diagnostics& diagnostics);

struct Expression {
    std::string text;
    Place place;
    bool optional = false;  // a macro that may be missing: SYS_…
    std::string only_if = {};  // a macro that must be defined
};

// Values of constant expressions as the header sees them; a missing name is FI114.
std::map<std::string, int64_t> evaluate(const std::string& path, const ReadOptions& options,
                                        const std::vector<Expression>& expressions, Diagnostics& diagnostics);

struct Layout {
    unsigned bytes = 0;
    std::vector<std::pair<std::string, unsigned>> fields;
    auto operator<=>(const Layout&) const = default;
};
// Sizes and offsets of the named record types ("struct stat").
std::map<std::string, Layout> layouts(const std::string& path, const ReadOptions& options,
                                      const std::vector<std::string>& records);

}  // namespace gen
