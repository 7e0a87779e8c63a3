/* SPDX-License-Identifier: MIT */
/* Elements times their size must not overflow. */
#include <stddef.h>
#include <sys/types.h>
#include <future/idl.h>

interface_(fi103_overflow, 100);

int probe(long *values out_(count=count), size_t count) call_(0) handled_;
