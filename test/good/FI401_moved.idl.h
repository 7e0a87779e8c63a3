/* SPDX-License-Identifier: MIT */
/* Parameters are appended, never inserted. */
#include <future/idl.h>

interface_(fi401_moved, 110);

int probe(int level, long weight, int colour) call_(0) handled_;
