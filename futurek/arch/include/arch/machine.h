// SPDX-License-Identifier: MIT
// Contract: the rest: clock, console, the doorbell of channel 0, the end.
#pragma once

#include <stdint.h>

// Monotonic, never 0; the clock of the time page.
uint64_t arch_clock_ns();

// Rings Linux's doorbell of channel 0. No lock is held. Hosted: the calling core may deliver the messages itself.
void arch_control_ring();

// Kernel log, one line without its end. Early and last words go here only.
void arch_console_line(const char* text, unsigned bytes);

// A bug of ours. The machine ends; Linux notices.
[[noreturn]] void arch_panic(const char* text);
