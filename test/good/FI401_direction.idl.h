/* SPDX-License-Identifier: MIT */
/* A buffer that was read is not written. */
#include <future/idl.h>

interface_(fi401_direction, 115);

int probe(const char *text in_(bytes=bytes), unsigned bytes) call_(0) handled_;
int probe_back(char *text out_(bytes=bytes), unsigned bytes) call_(1) handled_;
