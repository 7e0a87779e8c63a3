// SPDX-License-Identifier: MIT
// What the user may have meant.
#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace future {

// "; did you mean --cores?", or "; see `future run --help`".
std::string suggestion(const CLI::App& app, int argc, char** argv);

}  // namespace future
