/* SPDX-License-Identifier: MIT */
/* A size is a parameter or a constant. */
#include <stddef.h>
#include <sys/types.h>
#include <future/idl.h>

interface_(fi102_size_names_nothing, 100);

int probe(void *buffer out_(bytes=length), size_t bytes) call_(0) handled_;
