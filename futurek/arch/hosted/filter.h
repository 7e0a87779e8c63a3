// SPDX-License-Identifier: MIT
// The hosted machine locks itself in: once it runs it asks Linux for nothing but what it needs, whoever asks in its name.
#pragma once

namespace futurek::hosted {

// Stands in the program where the machine's pid belongs. No pid is as large.
#define FILTER_PID 0x3ace1d01

// For all threads, for ever. False: Linux has no seccomp filters; then a program that breaks out of its mode can ask what
// the user can.
bool filter_install();
// Cores serve clients as soon as the kernel has booted; no program runs before that question is settled.
void filter_await();

}  // namespace futurek::hosted
