// SPDX-License-Identifier: MIT
// All that Future asks of a computer: one table, which `future doctor` looks through and docs/requirements.md shows.
//
// A requirement earns its place: what happens without it stands beside it, and the test that takes it away.
#pragma once

#include <span>
#include <string>

namespace future {

enum class Need {
    needed,      // without it the machine does not boot, and says why
    useful,      // without it something is slower or weaker
    not_needed,  // stands here because people expect it to be needed, and because a test holds us to it
};

// What this computer has of a requirement.
struct Finding {
    bool has;
    std::string found;  // in a few words
};

struct Requirement {
    const char* name;     // unique; a few words
    const char* machine;  // "hosted", "native" or "both"
    Need need;
    const char* without;  // what happens, as a sentence without its full stop
    const char* advice;   // what a person can do about it; "" where not_needed
    const char* test;     // which takes it away
    Finding (*look)();    // nullptr where not_needed
};

std::span<const Requirement> requirements();

// The table as docs/requirements.md has it.
std::string requirements_page();

}  // namespace future
