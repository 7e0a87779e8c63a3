// SPDX-License-Identifier: MIT
// What the user may have meant.
#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace future {

// What is wrong with the command line's first word, or nothing: it is a command, an option of ours, or absent.
std::string unknown_command(const CLI::App& app, int argc, char** argv);

// "; did you mean --cores?", or "; see `future run --help`".
std::string suggestion(const CLI::App& app, int argc, char** argv);

}  // namespace future
