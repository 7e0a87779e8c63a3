/* SPDX-License-Identifier: MIT */
/* A buffer that was read is not written. */
#include <future/idl.h>

interface_(fi401_direction, 115);

int probe(char *text out_(bytes=bytes), unsigned bytes) call_(0) handled_;
