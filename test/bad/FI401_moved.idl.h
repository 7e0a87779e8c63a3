/* SPDX-License-Identifier: MIT */
/* Parameters are appended, never inserted. */
#include <future/idl.h>

interface_(fi401_moved, 110);

int probe(int level, int colour, long weight) call_(0) handled_;
