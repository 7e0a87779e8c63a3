/* SPDX-License-Identifier: MIT */
/* A range needs two ends. */
#include <future/idl.h>

interface_(fi002_malformed, 100);

int probe(int level range_(0, 3)) call_(0) handled_;
