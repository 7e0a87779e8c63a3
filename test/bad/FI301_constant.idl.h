/* SPDX-License-Identifier: MIT */
/* A constant is the same number on both sides. */
#include <future/idl.h>

interface_(fi301_constant, 100);

#ifdef FUTURE_SYSROOT_SIDE
enum { MODE_FAST = 1 };
#else
enum { MODE_FAST = 2 };
#endif
constants_(modes, MODE_FAST);
int probe(int mode one_of_(modes)) call_(0) handled_;
