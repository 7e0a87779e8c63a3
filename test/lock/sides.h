// SPDX-License-Identifier: MIT
// A program and a proxy for an interface, as source text: each puts in what stands under an id, and looks for it.
#pragma once

#include <string>
#include <vector>

#include "spec.h"

namespace edits {

// C, against the generated client of `mine`. It prints a line for each call that went wrong, and never for one that was
// refused, if `may_be_refused`; memory behind what it passed must be as it was.
std::string program_of(const std::vector<Call>& mine, const std::vector<Call>& theirs, bool may_be_refused);

// C++, against the generated handler of `mine`, joined to the program without a ring between.
std::string proxy_of(const std::vector<Call>& mine, const std::vector<Call>& theirs);

}  // namespace edits
