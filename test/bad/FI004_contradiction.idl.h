/* SPDX-License-Identifier: MIT */
/* Nobody waits for a oneway_ call, so it returns nothing. */
#include <future/idl.h>

interface_(fi004_contradiction, 100);

int probe(int level) call_(0) oneway_ handled_;
