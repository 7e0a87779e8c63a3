/* SPDX-License-Identifier: MIT */
/* A call that may block is a cancellation point: one word says so. */
#include <future/idl.h>

interface_(fi004_waits, 100);

int probe(int level) call_(0) may_block_ handled_;
