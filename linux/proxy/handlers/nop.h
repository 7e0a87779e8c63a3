// SPDX-License-Identifier: MIT
// The call that exercises everything above the ring and nothing below it.
#pragma once

#include "nop_handler.h"

namespace future {

class NopHandler final : public nop::Handler {
public:
    nop_result nop(caller&, long value) override { return value; }
};

}  // namespace future
