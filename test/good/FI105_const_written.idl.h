/* SPDX-License-Identifier: MIT */
/* What is written is not const. */
#include <stddef.h>
#include <sys/types.h>
#include <future/idl.h>

interface_(fi105_const_written, 100);

int probe(const void *buffer in_(bytes=bytes), size_t bytes) call_(0) handled_;
