/* SPDX-License-Identifier: MIT */
/* A call stays declared. */
#include <future/idl.h>

interface_(fi401_removed, 113);

int prove(int level) call_(1) handled_;
