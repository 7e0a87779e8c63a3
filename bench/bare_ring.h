// SPDX-License-Identifier: MIT
// The wire by itself, between a program and this process.
#pragma once

#include <memory>

#include "case.h"
#include "machine/device.h"
#include "reference.h"

namespace bench {

// Round trips by the wire's own send and receive on either side, both awake; nothing is checked, dispatched or scheduled.
// `at_once` messages are sent before the answers are taken; ns a message.
Samples bare_ring(const Options&, std::unique_ptr<future::Device>, int at_once = 1);

}  // namespace bench
