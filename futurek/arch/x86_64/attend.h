// SPDX-License-Identifier: MIT
// What others may want of a core, whatever it does.
#pragma once

#include "core.h"

namespace futurek::native {

// Channel 0 has messages, or the bench wants an echo: whoever sees it first does it. No lock is held. True: it did.
bool attend_linux(PerCore& core);
bool linux_wants(const PerCore& core);
bool work_or_linux(const PerCore& core);

}  // namespace futurek::native
