// SPDX-License-Identifier: MIT
// future doctor PROGRAM: which functions a program that was built for Linux calls, and what Future's C library has of them.
#pragma once

#include <string>

namespace future {

// Prints, as text or JSON. 1: something is missing, else 0. Throws Failure where the file cannot be looked at.
int look_at_program(const std::string& path, bool json);

// docs/functions.md, and the same for programs.
std::string standard_functions_page();
std::string standard_functions_json();

}  // namespace future
