/* SPDX-License-Identifier: MIT */
/* A call keeps its number. */
#include <future/idl.h>

interface_(fi401_number, 114);

int probe(int level, long weight) call_(0) handled_;
