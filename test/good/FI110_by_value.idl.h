/* SPDX-License-Identifier: MIT */
/* Structures go by address. */
#include <future/idl.h>

interface_(fi110_by_value, 100);

struct point { int x, y; };
int probe(const struct point *at in_()) call_(0) handled_;
