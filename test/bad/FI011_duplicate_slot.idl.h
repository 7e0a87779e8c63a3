/* SPDX-License-Identifier: MIT */
/* Two interfaces have one slot. */
#include <future/idl.h>

interface_(fi011_duplicate_slot, 101);

int probe(int level) call_(0) handled_;
