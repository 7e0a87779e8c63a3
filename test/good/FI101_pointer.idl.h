/* SPDX-License-Identifier: MIT */
/* A pointer says its direction and size. */
#include <stddef.h>
#include <sys/types.h>
#include <future/idl.h>

interface_(fi101_pointer, 100);

int probe(void *buffer out_(bytes=bytes), size_t bytes) call_(0) handled_;
