// SPDX-License-Identifier: MIT
// Where an idle core of a lasting machine sleeps: on a CPU of its own, its home, as the cores of a native machine have
// one. A wake-up by a socket likes to put the woken thread on the waker's CPU, where the two then take turns; whoever
// launches a program stays clear of the homes (linux/proxy: step_aside).
#pragma once

namespace futurek::hosted {

// Once, by the device's thread before cores start. Core n's home is the n-th CPU from the end of those that we may use;
// the calling thread keeps to the others from now on, which is also what tells the world where the homes are. With as
// many cores as CPUs, or more, nobody has a home.
void homes_take(unsigned cores);

// Both by the core's own thread; for nothing where it has no home. A running program is Linux's to place.
void home_enter(unsigned core);
void home_leave();

}  // namespace futurek::hosted
