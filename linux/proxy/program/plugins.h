// SPDX-License-Identifier: MIT
// Loads interfaces that were built outside this tree.
#pragma once

#include <span>
#include <string>

#include "future/dispatch.h"

namespace future {

// Loads the shared object `file` for the rest of this process and returns its interface. Throws Failure that says why
// not: no such file, not a plug-in, built for another version, its slot or id is one of `served` already.
Interface load_plugin(const std::string& file, std::span<const Interface> served);

}  // namespace future
