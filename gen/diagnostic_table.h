// SPDX-License-Identifier: MIT
// All that gen refuses, by number: what docs/idl-guide.md lists, and what test/bad has an example of.
#pragma once

#include <span>

namespace gen {

struct DiagnosticKind {
    int number;         // FI001 is 1
    const char* says;   // in a few words; the place, the names and a hint come with each case
};

std::span<const DiagnosticKind> diagnostic_table();

// Ends the process if no kind has this number: a new one goes into the table first.
void check_number(int number);

// The table as docs/idl-guide.md has it, to standard output.
void print_diagnostic_table();

}  // namespace gen
