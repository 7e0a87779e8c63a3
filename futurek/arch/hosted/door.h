// SPDX-License-Identifier: MIT
// Where a lasting machine's visitors come in. All but door_open may be called by any thread at any time; the door has
// at most one sleeper.
#pragma once

namespace futurek::hosted {

// Once, before the cores start and before the device's own thread watches `listener` (which must be EPOLLEXCLUSIVE
// too): Linux asks exclusive waiters in the order in which they came. `listener` stays the caller's. nullptr, or what
// is wrong. A machine that never opens its door has no sleeper there.
const char* door_open(int listener);

// False: another core is there. After true: door_sleep any number of times, then door_leave.
bool door_take();
void door_leave();

// Until somebody connects (true: device_visitor) or somebody rings; may return for nothing.
bool door_sleep();

// Wakes who sleeps at the door, or who sleeps there next: a ring is never lost, and may be for nothing.
void door_ring();

}  // namespace futurek::hosted
