// SPDX-License-Identifier: MIT
// FI301, FI302: programs and Linux must mean the same by each constant and structure that an interface uses.
#pragma once

#include "clang_reader.h"

namespace gen {

void check_agreement(const std::string& path, const Interface& interface, const std::vector<Expression>& expressions,
                     const std::map<std::string, int64_t>& linux_values, const ReadOptions& linux_options,
                     const std::string& sysroot_flags, Diagnostics& diagnostics);

}  // namespace gen
