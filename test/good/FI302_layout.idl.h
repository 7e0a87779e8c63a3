/* SPDX-License-Identifier: MIT */
/* A structure is laid out the same on both sides. */
#include <future/idl.h>

interface_(fi302_layout, 100);

struct point { int x; long y; };
int probe(struct point *at out_()) call_(0) handled_;
