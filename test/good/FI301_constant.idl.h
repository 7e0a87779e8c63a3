/* SPDX-License-Identifier: MIT */
/* A constant is the same number on both sides. */
#include <future/idl.h>

interface_(fi301_constant, 100);

enum { MODE_FAST = 2 };
constants_(modes, MODE_FAST);
int probe(int mode one_of_(modes)) call_(0) handled_;
