/* SPDX-License-Identifier: MIT */
/* A call that has grown since its lock was written: older programs' shorter requests are still accepted. */
#include <future/idl.h>

interface_(grown, 90);

int grown_paint(int level, long weight, int colour, long height) call_(0) handled_;
int grown_new(int level) call_(1) handled_;
