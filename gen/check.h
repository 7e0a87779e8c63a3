// SPDX-License-Identifier: MIT
// What must hold between the parts of an interface, before any text is written.
#pragma once

#include "diagnostic.h"

namespace gen {

struct CheckOptions {
    bool kernel = false;  // messages only: nothing dispatches them
};
void check(const Interface& interface, const CheckOptions& options, Diagnostics& diagnostics);

}  // namespace gen
