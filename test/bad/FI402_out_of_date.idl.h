/* SPDX-License-Identifier: MIT */
/* A compatible change is in the lock before it is released. */
#include <future/idl.h>

interface_(fi402_out_of_date, 116);

int probe(int level, long weight, int colour) call_(0) handled_;
