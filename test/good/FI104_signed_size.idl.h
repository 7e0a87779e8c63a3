/* SPDX-License-Identifier: MIT */
/* A signed size says that it is not negative. */
#include <stddef.h>
#include <sys/types.h>
#include <future/idl.h>

interface_(fi104_signed_size, 100);

int probe(void *buffer out_(bytes=bytes), int bytes range_(0, 4096)) call_(0) handled_;
