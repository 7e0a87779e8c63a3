// SPDX-License-Identifier: MIT
// Words to meaning: what the header says becomes calls, arguments, sets.
#pragma once

#include "clang_reader.h"

namespace gen {

// Every constant expression in the header's words, and the system calls it may name.
std::vector<Expression> expressions_of(const Source& source);

Interface resolve(const Source& source, const std::map<std::string, int64_t>& values, Diagnostics& diagnostics);

// One parameter; reports what contradicts its type (FI002-004, FI101-115).
Argument resolve_argument(const Function& function, const Parameter& parameter,
                          const std::map<std::string, int64_t>& values, Diagnostics& diagnostics);

}  // namespace gen
