// SPDX-License-Identifier: MIT
// Address spaces, one a process slot; machine memory behind them.
#pragma once

#include "core.h"

namespace futurek::native {

uint64_t slot_root(unsigned slot);                  // physical: for CR3
// Where GS points to on the process's core `index`, and clean: for a core that is about to enter its program.
uint64_t slot_words(unsigned slot, uint64_t index);
unsigned slot_core(unsigned slot, unsigned index);  // the machine's number of the process's core `index`
bool slot_has(unsigned slot, uint64_t address);     // the arena or one of the pages beside it

// A page fault of the program. True: it may try again (a first touch, or another core was faster).
bool slot_touch(unsigned slot, uint64_t address, uint64_t error_code);

}  // namespace futurek::native
