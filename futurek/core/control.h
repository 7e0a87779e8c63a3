// SPDX-License-Identifier: MIT
// The control protocol: what Linux's device asks of the kernel through channel 0.
#pragma once

namespace futurek {

// Messages lie in channel 0. Runs wherever the doorbell was taken: an interrupt on any core, a hosted machine's device.
void control_interrupt();

// Stops again the cores of dying processes that have not left yet. False: there are none, no more ticks are wanted.
bool tick();

}  // namespace futurek
