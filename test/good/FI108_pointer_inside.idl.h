/* SPDX-License-Identifier: MIT */
/* A structure that holds a pointer cannot be copied as it is. */
#include <future/idl.h>

interface_(fi108_pointer_inside, 100);

struct label { int colour; char text[16]; };
int probe(const struct label *label in_()) call_(0) handled_;
