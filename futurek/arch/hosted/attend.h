// SPDX-License-Identifier: MIT
// Handing a connection to the core that will run its program; only for device_parts.h.
#pragma once

#include "host.h"

namespace futurek::hosted {

template <class Answer>
void watch_less_then_attend(Connection& connection, unsigned core, Answer answer) {
    bool spin = spin_begin();
    if (spin) {
        connection.attended = true;
        unwatch(connection);
    }
    // First the core, then the proxy: who is woken last may take this CPU from us.
    uint64_t name = static_cast<uint64_t>(&connection - table.connection) + 1;
    if (spin) core_attend(core, name | static_cast<uint64_t>(connection.generation) << 32);
    answer();
}

}  // namespace futurek::hosted
