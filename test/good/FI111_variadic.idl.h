/* SPDX-License-Identifier: MIT */
/* Each use of a variadic function is a case. */
#include <future/idl.h>

interface_(fi111_variadic, 100);

int probe(int command, ...);
int probe_level(int command, int level) case_of_(probe) call_(0) handled_;
