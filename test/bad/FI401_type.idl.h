/* SPDX-License-Identifier: MIT */
/* A parameter keeps its type. */
#include <future/idl.h>

interface_(fi401_type, 112);

int probe(int level, int weight) call_(0) handled_;
