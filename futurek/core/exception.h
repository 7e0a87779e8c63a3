// SPDX-License-Identifier: MIT
// A program's exception ends that program, with a message to Linux that says where; never the kernel.
#pragma once

#include "arch/processor.h"
#include "kernel.h"

namespace futurek {

// Core `core` is out of its program because of `exception`. The first one of a process is told; the process ends.
void program_exception(Core& core, const ProgramException& exception);

// Core `core` was stopped in the program's code, at `where`. Told if the program went wrong: whoever asks why wants to know.
void program_stopped(Core& core, const ProgramException& where);

}  // namespace futurek
