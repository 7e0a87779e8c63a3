// SPDX-License-Identifier: MIT
// The interfaces that this proxy serves, each with its handler.
#pragma once

#include <vector>

#include "handlers/file.h"
#include "handlers/nop.h"

namespace future {

struct Handlers {
    NopHandler nop;
    FileHandler file;

    std::vector<Interface> interfaces() { return {nop::serve(nop), file::serve(file)}; }
};

}  // namespace future
