// SPDX-License-Identifier: MIT
// Names, log lines and reports hold what a program wrote; a terminal must not take it for commands.
#pragma once

#include <span>
#include <string>

namespace future {

// Puts '?' for every byte of a control character (C0 but newline and tab, DEL, C1: also as two bytes of UTF-8) and of what
// is no UTF-8.
void make_printable(std::span<char> text);

std::string printable(std::string text);

}  // namespace future
