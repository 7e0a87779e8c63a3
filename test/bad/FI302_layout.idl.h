/* SPDX-License-Identifier: MIT */
/* A structure is laid out the same on both sides. */
#include <future/idl.h>

interface_(fi302_layout, 100);

#ifdef FUTURE_SYSROOT_SIDE
struct point { int x; int y; };
#else
struct point { int x; long y; };
#endif
int probe(struct point *at out_()) call_(0) handled_;
