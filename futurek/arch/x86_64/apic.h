// SPDX-License-Identifier: MIT
// The local APIC of the calling core, in whichever mode Linux or the firmware left it: interrupts to others, the timer.
#pragma once

#include <stdint.h>

#include "core.h"

namespace futurek::native {

// Sets up and measures the calling core's; 2 ms.
void apic_start(PerCore& core);
void apic_end_of_interrupt();

void apic_wake(unsigned number);  // FUTURE_VECTOR_WAKE to a core
void apic_halt_others();          // NMI to all others; for the last words
void interrupt_linux();           // if Linux said how (boot.linux_irq)

// One FUTURE_VECTOR_TIMER in `ns`, or sooner if that is far; replaces the one before.
void apic_timer(uint64_t ns);
void apic_timer_off();

}  // namespace futurek::native
