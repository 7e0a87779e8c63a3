// SPDX-License-Identifier: MIT
// The interfaces that this proxy serves, each with its handler.
#pragma once

#include <vector>

#include "future/dispatch.h"

namespace future {

std::vector<Interface> served_interfaces();

}  // namespace future
