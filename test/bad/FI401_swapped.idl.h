/* SPDX-License-Identifier: MIT */
/* Two parameters of one type changed places. */
#include <future/idl.h>

interface_(fi401_swapped, 111);

int probe(long weight, long height) call_(0) handled_;
