/* SPDX-License-Identifier: MIT */
/* A set names constants that are there. */
#include <future/idl.h>

interface_(fi114_undefined, 100);

constants_(modes, MODE_FAST, MODE_GOOD);
int probe(int mode one_of_(modes)) call_(0) handled_;
