/* SPDX-License-Identifier: MIT */
/* The interface as it was. */
#include <future/idl.h>

interface_(pair, 0xd8c3b4f19a2e7713);

struct pair_answer {
	int level;
};

/// Says the level again.
int pair_ask(int level, struct pair_answer *answer out_()) call_(0) handled_ result_(status);
