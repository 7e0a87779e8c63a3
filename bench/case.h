// SPDX-License-Identifier: MIT
// What a case of the table needs, and what it is.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "row.h"

namespace bench {

struct Options {
    std::string machine = "hosted", filter, json, directory = "/tmp";
    bool quick = false, libc = false;
    unsigned runs = 1;
    std::filesystem::path bin;
};

struct Case {
    const char* name;
    Row (*measure)(const Options&);
};

// Runs bench-guest on Future and reads its result line.
Figure guest(const Options& options, const std::string& run_options, const std::string& arguments);

// The native machine's figures, on one that is booted (the paper's Table 5 and the calls).
std::span<const Case> native_cases();

}  // namespace bench
