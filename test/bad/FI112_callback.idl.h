/* SPDX-License-Identifier: MIT */
/* Linux cannot call into a program. */
#include <future/idl.h>

interface_(fi112_callback, 100);

int probe(void (*done)(int)) call_(0) handled_;
