/* SPDX-License-Identifier: MIT */
/* What the lock refuses, built without one: the structure has grown, so an older program's memory would be overwritten. */
#include <future/idl.h>

interface_(pair, 0xd8c3b4f19a2e7713);

struct pair_answer {
	int level, more[15];
};

/// Says the level again.
int pair_ask(int level, struct pair_answer *answer out_()) call_(0) handled_ result_(status);
