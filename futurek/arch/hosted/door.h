// SPDX-License-Identifier: MIT
// Where a lasting machine's visitors come in. All of it may be called by any core; the door has at most one sleeper.
#pragma once

namespace futurek::hosted {

// Before the device's own thread watches `listener`: waiters are asked in the order in which they came. nullptr, or what is
// wrong. A machine that never opens its door has no sleeper there.
const char* door_open(int listener);

// False: another core is there. After true: door_sleep any number of times, then door_leave.
bool door_take();
void door_leave();

// Until somebody connects (true: device_visitor) or somebody rings; may return for nothing.
bool door_sleep();

void door_ring();

}  // namespace futurek::hosted
