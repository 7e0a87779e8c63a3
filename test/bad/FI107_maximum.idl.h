/* SPDX-License-Identifier: MIT */
/* A count must be able to say the maximum. */
#include <future/idl.h>

interface_(fi107_maximum, 100);

int probe(const void *text inline_(300, bytes), unsigned char bytes) call_(0) handled_;
