/* SPDX-License-Identifier: MIT */
/* The header must compile; here a type has no declaration. */
#include <future/idl.h>

interface_(fi005_front_end, 100);

typedef int colour;
int probe(colour level) call_(0) handled_;
